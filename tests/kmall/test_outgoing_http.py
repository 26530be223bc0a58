import contextlib
import socket
import threading

import pytest

from kmall.http import TimedOut, Unreachable, client, overheard
from tests.partners.mall import free_port


def test_a_closed_port_is_unreachable():
    with pytest.raises(Unreachable):
        client(f"http://127.0.0.1:{free_port()}").get("/")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf"])
def test_a_connection_cut_before_the_whole_answer_leaves_the_outcome_open(answer):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def cut():
            peer, _ = server.accept()
            peer.recv(4096)
            peer.sendall(answer)
            peer.close()

        threading.Thread(target=cut, daemon=True).start()
        with pytest.raises(TimedOut):
            client(f"http://127.0.0.1:{server.getsockname()[1]}").post("/", content=b"x")


def test_what_is_said_is_overheard_on_this_thread_while_somebody_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            for _ in range(2):
                peer, _ = server.accept()
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
                peer.close()

        threading.Thread(target=answer, daemon=True).start()
        calling = client(f"http://127.0.0.1:{server.getsockname()[1]}")
        with overheard() as heard:
            calling.post("/x?y=1", content=b"hello")
        calling.post("/unheard", content=b"secret")
    [exchange] = heard
    assert exchange.url.endswith("/x?y=1")
    assert (exchange.sent, exchange.status, exchange.answered) == (b"hello", 201, b"ok")


def test_what_came_to_nothing_is_overheard_too():
    with overheard() as heard, pytest.raises(Unreachable):
        client(f"http://127.0.0.1:{free_port()}").post("/", content=b"hello")
    assert [(exchange.sent, exchange.status, exchange.answered) for exchange in heard] == [
        (b"hello", None, b"")
    ]


def test_an_answer_that_comes_in_drops_is_given_up_at_its_time():
    with socket.create_server(("127.0.0.1", 0)) as server:
        gone = threading.Event()

        def drip():
            peer, _ = server.accept()
            peer.recv(4096)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            with contextlib.suppress(OSError):
                while not gone.wait(0.05):
                    peer.sendall(b".")

        threading.Thread(target=drip, daemon=True).start()
        with pytest.raises(TimedOut):
            client(f"http://127.0.0.1:{server.getsockname()[1]}", timeout=0.3).get("/")
        gone.set()
