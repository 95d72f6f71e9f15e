"""mitmproxy's side of bench/gateway: swaps the header, dials the bench's nginx, streams events."""
import os

FROM = "Bearer " + os.environ["BENCH_PLACEHOLDER"]
TO = "Bearer " + os.environ["BENCH_REAL"]
UPSTREAM = ("127.0.0.1", int(os.environ["BENCH_UPSTREAM"]))


class Swap:
    def server_connect(self, data):
        data.server.address = UPSTREAM

    def requestheaders(self, flow):
        if flow.request.headers.get("authorization") == FROM:
            flow.request.headers["authorization"] = TO

    def responseheaders(self, flow):
        if flow.response.headers.get("content-type", "").startswith("text/event-stream"):
            flow.response.stream = True


addons = [Swap()]
