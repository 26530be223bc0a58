import socket
import threading

import pytest

from kmall.http import TimedOut, Unreachable, client
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
