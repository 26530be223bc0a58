"""What the command line says, looked at before anything is asked: a slip there breaks no contract."""

import argparse
import datetime
import pathlib
import socket

MOST_PORT = 65535


def address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("http://… or https://…")
    return text


def file(text: str) -> pathlib.Path:
    """Where a page can be written: after the run it would be too late to hear that there is no folder."""
    path = pathlib.Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"没有这个文件夹，或不是文件：{text}")
    return path


def port(text: str) -> str:
    """One that nobody listens at."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= MOST_PORT):
        raise argparse.ArgumentTypeError(f"端口号为 1 至 {MOST_PORT}：{text}")
    try:
        with socket.create_server(("", int(text))):
            return text
    except OSError as error:
        raise argparse.ArgumentTypeError(f"端口 {text} 已被占用，或不能使用") from error


def day(pattern: str):
    """A day as the contract writes it."""

    def read(text: str) -> str:
        try:
            is_right = datetime.datetime.strptime(text, pattern).astimezone().strftime(pattern) == text
        except ValueError:
            is_right = False
        if not is_right:
            example = datetime.date(2026, 11, 24).strftime(pattern)
            raise argparse.ArgumentTypeError(f"日期写作 {example}：{text}")
        return text

    return read


def perhaps(kind):
    """The same of an option that may be left out."""
    return lambda text: kind(text) if text else text
