"""A BigQuery of our own: goccy's emulator behind a small proxy, both on free loopback ports.

The emulator analyses SQL with Google's own GoogleSQL analyser and runs it on SQLite. The proxy bridges
what the emulator lacks and dbt asks for; what it answers by itself is listed in docs/engines/bigquery.md.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import http.server
import itertools
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from children import end_with_parent
from missing import Missing

MODULE = "github.com/goccy/bigquery-emulator"
RELEASE = "v0.8.1"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "label_lineage"
PROJECT = "label-lineage"


def install() -> Path:
    """The emulator's program; builds it once, into a cache outside the repository."""
    given = os.environ.get("BIGQUERY_EMULATOR") or shutil.which("bigquery-emulator")
    if given:
        return Path(given)
    program = CACHE / f"bigquery-emulator-{RELEASE}"
    if program.exists():
        return program
    go = shutil.which("go")
    if not go:
        raise Missing("BigQuery's emulator is not installed and there is no Go to build it with")
    with tempfile.TemporaryDirectory() as folder:
        # `go install module@release` also asks for the list of all releases, which not every proxy gives.
        Path(folder, "go.mod").write_text(f"module build\n\ngo 1.25.0\n\nrequire {MODULE} {RELEASE}\n")
        built = Path(folder, "bigquery-emulator")
        environment = {
            **os.environ,
            "CGO_ENABLED": "0",
            # One package at a time: the compiled analyser takes 4 GB of memory.
            "GOFLAGS": "-mod=mod -p=1 -buildvcs=false",
        }
        done = subprocess.run(
            [go, "build", "-o", str(built), f"{MODULE}/cmd/bigquery-emulator"],
            cwd=folder, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise Missing(f"BigQuery's emulator could not be built: {done.stderr[-1000:]}")
        program.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(built, program)
    return program


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


SCHEMA = re.compile(rb"create schema if not exists `?[a-zA-Z0-9_-]+`?\.`?([a-zA-Z0-9_]+)`?")
STATEMENT = re.compile(r"(?is)^(?:\s|/\*.*?\*/|--[^\n]*\n)*([a-z]+)(?:\s+or\s+replace)?(?:\s+([a-z]+))?")
MERGE = re.compile(
    r"(?is)(?P<head>.*?\bmerge\s+into\s+`[^`]+`\.`(?P<dataset>[^`]+)`\.`[^`]+`\s+as\s+(?:DBT_INTERNAL_DEST|log)\s+using)"
    r"\s*\((?P<source>.*)\)\s*(?P<tail>as\s+(?:DBT_INTERNAL_SOURCE|new_rows)\s.*)"
)
RUNNING_SUM = re.compile(
    r"\bsum\((?P<sum>checksum_\w+|(?P<wide>cast\(\w+ as bignumeric\))(?: \* \w+)?)\) over (?P<rows>\([^()]*\))"
)
# What the service refuses and the emulator takes, with the service's words.
REFUSED = {
    re.compile(
        r"(?i)\bas\s+(numeric|decimal|bignumeric|bigdecimal|string|bytes)\s*\(\s*\d"
    ): "Parameterized types are not allowed in CAST expressions.",
    re.compile(
        r"(?i)\(\s*with\s+recursive\b"
    ): "WITH RECURSIVE is only allowed at the top level of a statement.",
}
# A group of a regular expression in what replaces it, as SQL writes it and as the emulator understands it.
GROUP, ITS_GROUP = r"'\\1'", "'${1}'"
# Not temporary: when such a function goes, the emulator registers all its tables anew.
TOTALS = {type_: f"`{PROJECT}`.helpers.total_{type_}" for type_ in ("numeric", "bignumeric")}
numbers = itertools.count(1)
# The emulator keeps the result of each query as a dataset of its own, and reads all of them for each request. So
# after this many queries it is started anew, without them.
QUERIES = 30
RESULT = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def decoded(value: str) -> str:
    """A text of the emulator's own tables as it was."""
    return json.loads(base64.b64decode(value))["body"]


def encoded(values: list[str]) -> str:
    """A list for the emulator's own tables, of texts as they are in them."""
    return base64.b64encode(json.dumps({"header": "array", "body": json.dumps(values)}).encode()).decode()


def name_statement(content: bytes) -> bytes:
    """A job with the kind of its statement; the emulator calls all of them SELECT."""
    try:
        job = json.loads(content)
        words = STATEMENT.match(job["configuration"]["query"]["query"])
        statistics = job["statistics"]["query"]
    except (ValueError, KeyError, TypeError):
        return content
    first, second = words[1].upper(), (words[2] or "").upper()
    if first in ("SELECT", "WITH"):
        return content
    statistics["statementType"] = f"{first}_{second}" if first in ("CREATE", "DROP", "ALTER") else first
    return json.dumps(job).encode()


def refusal(body: bytes) -> str | None:
    """Why the service would refuse a query that the emulator takes."""
    query = json.loads(body)["configuration"].get("query", {}).get("query", "")
    return next((sentence for pattern, sentence in REFUSED.items() if pattern.search(query)), None)


def bridge_query(body: bytes) -> bytes:
    """A query whose running sums of decimals, which the emulator takes for 0, go through lists, and with its groups."""
    job = json.loads(body)
    query = job["configuration"].get("query", {})

    def through_a_list(found: re.Match[str]) -> str:
        return f"{TOTALS['bignumeric' if found['wide'] else 'numeric']}(array_agg({found['sum']}) over {found['rows']})"

    query["query"] = RUNNING_SUM.sub(through_a_list, query.get("query", "").replace(GROUP, ITS_GROUP))
    return json.dumps(job).encode()


class Proxy(http.server.BaseHTTPRequestHandler):
    """Hands requests on to the emulator, but for the few that it cannot answer."""

    protocol_version = "HTTP/1.1"
    server: Bridge

    def handle_request(self) -> None:
        """Answer or hand on one request; one at a time, as the emulator does."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.server.busy:
            try:
                self.bridge_request(body)
            except (OSError, RuntimeError, sqlite3.Error) as wrong:
                # Without an answer the client would ask again for ten minutes.
                self.answer(400, json.dumps({"error": {"code": 400, "message": repr(wrong)}}).encode())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request

    def bridge_request(self, body: bytes) -> None:
        """Answer or hand on one request."""
        if self.command == "GET" and re.search(r"/datasets/[^/]+/routines(\?|$)", self.path):
            # dbt looks for functions beside the tables; there are none.
            return self.answer(200, b"{}")
        if self.path.startswith("/upload/") and body.startswith(b"{"):
            # A seed comes without its format, CSV, and with its types in lower case.
            job = json.loads(body)
            load = job["configuration"]["load"]
            load.setdefault("sourceFormat", "CSV")
            for field in load["schema"]["fields"]:
                field["type"] = field["type"].upper()
            body = json.dumps(job).encode()
        schema = SCHEMA.search(body)
        if schema and self.command == "POST" and "/jobs" in self.path:
            # `create schema` makes none that tables could be listed in.
            dataset = {"datasetReference": {"datasetId": schema[1].decode(), "projectId": PROJECT}}
            self.ask("POST", f"/bigquery/v2/projects/{PROJECT}/datasets", json.dumps(dataset).encode())
        if self.command == "POST" and self.path.split("?")[0].endswith("/jobs"):
            wrong = refusal(body)
            if wrong:
                return self.answer(400, json.dumps({"error": {"code": 400, "message": wrong}}).encode())
            self.server.count_query()
            body = bridge_query(self.merge_from_table(body))
        status, content, headers = self.ask(self.command, self.path, body)
        if "/jobs" in self.path:
            content = name_statement(content)
        if status == 500:
            # The client would ask again for ten minutes; an SQL error stays one.
            status = 409 if b"already created" in content else 400
        self.answer(status, content, headers)

    def merge_from_table(self, body: bytes) -> bytes:
        """A merge whose source is a query, which the emulator refuses, made to one whose source is a table."""
        job = json.loads(body)
        query = job["configuration"].get("query", {})
        found = MERGE.match(query.get("query", ""))
        if not found:
            return body
        source = f"`{PROJECT}`.`{found['dataset']}`.`merge_source_{next(numbers)}`"
        made = {"query": f"create table {source} as {found['source']}", "useLegacySql": False}
        status, content, _ = self.ask(
            "POST", f"/bigquery/v2/projects/{PROJECT}/queries", json.dumps(made).encode()
        )
        if status >= 400:
            # The merge itself then tells what is wrong.
            return body
        query["query"] = f"{found['head']} {source} {found['tail']}"
        return json.dumps(job).encode()

    def ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """One request to the emulator: status, content and headers of its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.emulator_port, timeout=600)
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in ("host", "accept-encoding", "content-length")
        }
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (ConnectionError, http.client.HTTPException):
            if self.server.emulator.poll() is None:
                # It has not started yet.
                return 503, b"{}", {}
            # The client would ask again for a quarter of an hour.
            error = {"code": 400, "message": f"the emulator is gone: {self.server.last_words()}"}
            return 400, json.dumps({"error": error}).encode(), {"Content-Type": "application/json"}
        finally:
            connection.close()
        dropped = ("transfer-encoding", "content-length", "connection", "date")
        kept = {name: value for name, value in response.getheaders() if name.lower() not in dropped}
        return response.status, content, kept

    def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        """Send an answer back."""
        self.send_response(status)
        for name, value in (headers or {"Content-Type": "application/json"}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Print nothing."""


class Bridge(http.server.ThreadingHTTPServer):
    """The proxy with what it must know of its emulator."""

    emulator: subprocess.Popen | None = None

    def __init__(self, emulator_port: int, log: Path, restart: Callable[[], None]) -> None:
        """Listen on a free loopback port; `restart` starts the emulator anew."""
        super().__init__(("127.0.0.1", 0), Proxy)
        self.emulator_port, self.log, self.restart = emulator_port, log, restart
        self.busy, self.n_queries = threading.Lock(), 0

    def count_query(self) -> None:
        """Count a query that is about to begin; no other is at work then."""
        self.n_queries += 1
        if self.n_queries > QUERIES:
            self.restart()

    def last_words(self) -> str:
        """How the emulator's log ends."""
        return self.log.read_text()[-2000:]


class BigQueryServer:
    """The emulator with its proxy; `endpoint` is where clients connect."""

    def __init__(self) -> None:
        """Start both and wait until they answer."""
        self.program = install()
        self.folder = Path(tempfile.mkdtemp(prefix="label_lineage_bq_"))
        # A child ends with the thread that started it, and threads of requests end with them.
        self.starter = ThreadPoolExecutor(1)
        self.proxy = Bridge(free_port(), self.folder / "log", self.restart)
        self.endpoint = f"http://127.0.0.1:{self.proxy.server_address[1]}"
        threading.Thread(target=self.proxy.serve_forever, daemon=True).start()
        try:
            self.start()
            queries = f"/bigquery/v2/projects/{PROJECT}/queries"
            for type_, name in TOTALS.items():
                make = f"create function {name}(items array<{type_}>) as ((select sum(item) from unnest(items) as item))"
                self.request("POST", queries, {"query": make, "useLegacySql": False})
        except BaseException:
            self.stop()
            raise

    def start(self) -> None:
        """Start the emulator and wait until it answers."""
        with open(self.folder / "log", "a") as log:
            self.proxy.emulator = self.starter.submit(
                subprocess.Popen,
                [
                    self.program, "--project", PROJECT, "--host", "127.0.0.1",
                    "--port", str(self.proxy.emulator_port), "--grpc-port", str(free_port()),
                    "--database", self.folder / "database",
                ],
                stdout=log, stderr=subprocess.STDOUT, cwd=self.folder,
                # The analyser frees its memory only when Go collects garbage.
                env={**os.environ, "GOGC": "10"},
                preexec_fn=end_with_parent,
            ).result()  # fmt: skip
        self.wait()

    def restart(self) -> None:
        """Start the emulator anew on the same data, without results of queries.

        Some of its memory it never frees, and it dies when it has 2 GB.
        """
        self.stop_emulator()
        self.forget_results()
        self.proxy.n_queries = 0
        # While it was down, a connection may have taken its port.
        self.proxy.emulator_port = free_port()
        self.start()

    def forget_results(self) -> None:
        """Remove the jobs and the datasets of their results, as long as the emulator does not run."""
        with contextlib.closing(sqlite3.connect(self.folder / "database")) as database, database:
            # Some of the emulator's views are longer than an older SQLite reads, and would be an error without this.
            database.execute("pragma writable_schema = on")
            for (name,) in database.execute("select name from googlesqlite_catalog").fetchall():
                if RESULT.search(name):
                    database.execute(f'drop table "{name}"')
                    database.execute("delete from googlesqlite_catalog where name = ?", [name])
            for (dataset,) in database.execute("select id from datasets").fetchall():
                if RESULT.fullmatch(decoded(dataset)):
                    database.execute("delete from datasets where id = ?", [dataset])
                    database.execute("delete from tables where datasetID = ?", [dataset])
            kept = [dataset for (dataset,) in database.execute("select id from datasets")]
            database.execute("delete from jobs")
            database.execute("update projects set datasetIDs = ?, jobIDs = ?", [encoded(kept), encoded([])])

    def wait(self) -> None:
        """Wait until the emulator answers."""
        for _ in range(240):
            if self.proxy.emulator.poll() is not None:
                raise RuntimeError(self.proxy.last_words())
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.proxy.emulator_port), 1).close()
                return
            time.sleep(0.25)
        raise RuntimeError("the emulator did not answer within a minute")

    def request(self, method: str, path: str, body: dict | None = None) -> dict:
        """One request to the API, answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.proxy.server_address[1], timeout=600)
        try:
            connection.request(
                method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"}
            )
            response = connection.getresponse()
            content = response.read()
            if response.status >= 400:
                raise OSError(f"{response.status} {content[:1000]!r}")
            return json.loads(content or b"{}")
        finally:
            connection.close()

    def stop_emulator(self) -> None:
        """Stop the emulator."""
        if self.proxy.emulator:
            self.proxy.emulator.terminate()
            try:
                self.proxy.emulator.wait(20)
            except subprocess.TimeoutExpired:
                self.proxy.emulator.kill()
                self.proxy.emulator.wait()

    def stop(self) -> None:
        """Stop both and remove what they wrote."""
        self.proxy.shutdown()
        self.proxy.server_close()
        self.stop_emulator()
        self.starter.shutdown()
        shutil.rmtree(self.folder, ignore_errors=True)
