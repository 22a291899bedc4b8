"""A real server on a free port over a freshly built snapshot."""

import threading
import time

import httpx
import pytest
import uvicorn
from free_ports import free_port
from published import committed_home, with_another

from api.app import create_app
from api.http.h11_protocol import OPTIONS
from api.service.settings import Settings


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    return committed_home(tmp_path_factory)


@pytest.fixture(scope="session")
def serve():
    """Starts servers; they end with the session."""
    running = []

    def start(settings: Settings, *, load: bool = True) -> str:
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(settings, load=load),
                port=free_port(),
                **{**OPTIONS, "log_level": "critical", "timeout_graceful_shutdown": 1},
            )
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        deadline = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.01)
        return f"http://127.0.0.1:{server.config.port}"

    yield start
    for server, _ in running:
        server.should_exit = True
    for _, thread in running:
        thread.join(timeout=10)


@pytest.fixture(scope="session")
def address(home, serve):
    return serve(Settings(home=home))


@pytest.fixture(scope="session")
def client(address):
    with httpx.Client(base_url=address, timeout=30) as one:
        yield one


@pytest.fixture
def two_snapshots(home, tmp_path):
    """A home with a snapshot, and a folder with another that tells itself apart everywhere."""
    return with_another(home, tmp_path)
