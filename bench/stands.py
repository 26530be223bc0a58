"""Partner malls to measure: stand-ins in processes of their own, and the workers that call them."""

import json
import os
import shutil
import sys
import urllib.request
from pathlib import Path

from bench.load import LOGS
from kmall.embedded import ports
from kmall.embedded.processes import Process, Supervisor
from kmall.embedded.programs import partner_workers, worker
from partners.demo.malls import MALLS
from partners.models import PartnerMall
from partners.setup import open_partner

NO_LIMIT = 100_000  # calls a second
DISTANCE = 0.04  # seconds there and back: the malls are across the sea
FAR = 0.08  # PingER measured 73 to 110 ms between Korea and China
SHOP = "http://127.0.0.1:8000"  # in links; nobody follows them


class Stand:
    """A stand-in of I Get Mall without a rate limit, empty at first. `distance`: as from its next start."""

    distance = DISTANCE

    def __init__(self, supervisor: Supervisor, name: str):
        self.name, self.port, self.folder = name, ports.choose(0), LOGS / "stands" / name
        self.url, self._supervisor = f"http://127.0.0.1:{self.port}", supervisor
        shutil.rmtree(self.folder, ignore_errors=True)
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "partners.sandbox.igetmall", "--port", str(self.port)]
        command += ["--state", str(self.folder), "--shop-url", SHOP, "--calls-a-second", str(NO_LIMIT)]
        command += ["--distance", str(self.distance)]
        process = Process(f"stand-{self.name}", command, log=LOGS / f"stand-{self.name}.log")
        self.process = self._supervisor.start(process)
        self._supervisor.wait_until(process, self.answers)

    def empty(self) -> None:
        """Start it again without what it held."""
        self.process.stop()
        self._supervisor.processes.remove(self.process)
        shutil.rmtree(self.folder)
        self.start()

    def answers(self) -> bool:
        try:
            return bool(self.read("/healthz"))
        except OSError:
            return False

    def read(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return answer.read().decode()

    def held(self) -> int:
        """How many items it has taken."""
        return len(json.loads(self.read("/operator/state.json"))["items"])

    def fault(self, kind: str, count: int, seconds: float = 0) -> None:
        form = f"kind={kind}&count={count}&seconds={seconds}".encode()
        request = urllib.request.Request(f"{self.url}/operator/faults/", form, {"Accept": "application/json"})
        urllib.request.urlopen(request, timeout=30).close()

    def partner(self, **rules) -> PartnerMall:
        """The mall as a partner of ours that takes all goods; paused, so that nothing moves yet."""
        agreed = next(mall.terms for mall in MALLS if mall.code == "igetmall")
        partner = open_partner(
            code=f"bench-{self.name}", connector="igetmall", name_ko=self.name, name_zh_hans=self.name,
            base_url=self.url, home_url=self.url, credentials=agreed["credentials"],
            categories=agreed["categories"], calls_per_second=10_000, safety_stock=0, **rules,
        )  # fmt: skip
        PartnerMall.objects.filter(pk=partner.pk).update(state=PartnerMall.State.PAUSED)
        return partner


def workers(supervisor: Supervisor) -> list[Process]:
    """The workers of the partners' queue, beside the beat whose sweeps wake them, as in docs/deploy.md."""
    env = {**os.environ, "PARTNER_SANDBOX_URL": "http://127.0.0.1:9"}
    schedule = Path(LOGS) / "stands" / "beat"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    beat = ["celery", "-A", "kmall", "beat", "-l", "warning", "-s", str(schedule)]
    started = []
    names = [f"bench-partners-{number}" for number in range(1, partner_workers() + 1)]
    programs = {name: worker("celery,partners", threads=24, name=name) for name in names}
    for name, words in {**programs, "bench-beat": beat}.items():
        process = Process(name, [sys.executable, "-m", *words], log=LOGS / f"{name}.log", env=env)
        started.append(supervisor.start(process))
    return started[:-1]


def memory_kb(process: Process) -> int:
    """Resident memory of a process, in kB. Of Linux."""
    status = Path(f"/proc/{process.popen.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])
