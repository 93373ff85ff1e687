"""Sessions of jupyter_client with the kernel. Prints one JSON object: results by name."""

import json
import queue
import signal
import sys
import time

from jupyter_client.manager import KernelManager

ASK = '(globalThis as any)[Symbol.for("shootdown.cell")].input("name? ", true)'
results = {}


def start(**options):
    manager = KernelManager(kernel_name="shootdown", **options)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    return manager, client


def run(client, code, interrupt=None, answer=None, **options):
    """Runs code; returns the content of the reply and the messages that belong to it."""
    asked = client.execute(code, **options)
    started = time.time()
    if interrupt is not None:
        time.sleep(0.3)
        interrupt()
    messages = []
    while True:
        if answer is not None:
            try:
                client.get_stdin_msg(timeout=0.05)
                client.input(answer)
                answer = None
            except queue.Empty:
                pass
        try:
            message = client.get_iopub_msg(timeout=0.2)
        except queue.Empty:
            assert time.time() - started < 50, "no idle state"
            continue
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["msg_type"] != "status":
            messages.append(message)
        elif message["content"]["execution_state"] == "idle":
            break
    while True:
        reply = client.get_shell_msg(timeout=10)
        if reply["parent_header"].get("msg_id") == asked:
            return reply["content"], messages


def reply_to(client, asked, get):
    while True:
        message = get(timeout=10)
        if message["parent_header"].get("msg_id") == asked:
            return message["content"]


def text(messages):
    return "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")


def value(messages):
    for message in messages:
        if message["msg_type"] == "execute_result":
            return message["content"]["data"].get("text/plain")
    return None


def basics(manager, client):
    results["value"] = value(run(client, "let kept = 6; kept * 7")[1])
    results["lines"] = text(run(client, "for (let i = 0; i < 20000; i++) console.log(i)")[1]) == (
        "".join("%d\n" % line for line in range(20000))
    )
    error, messages = run(client, "function f() { throw new TypeError('boom') }\n\nf()")
    results["error"] = [error["status"], error["ename"], error["evalue"]]
    results["error on iopub"] = [m["msg_type"] for m in messages]
    results["traceback"] = [line for line in error["traceback"] if "Cell[" in line][:2]
    results["stdin"] = value(run(client, "await " + ASK, answer="Grace", allow_stdin=True)[1])
    _, messages = run(client, "kept", user_expressions={"twice": "kept * 2"})
    content, _ = run(client, "1", user_expressions={"twice": "kept * 2"})
    results["expression"] = content["user_expressions"]["twice"]["data"]["text/plain"]
    silent, messages = run(client, "kept = 6", silent=True)
    results["silent"] = [silent["status"], len(messages)]
    matches = reply_to(client, client.complete("kep"), client.get_shell_msg)["matches"]
    results["completion"] = "kept" in matches
    # Jupyter counts characters: the first two lie outside the basic plane.
    found = reply_to(client, client.complete("'𝒳𝒳'; kep"), client.get_shell_msg)
    results["places"] = [found["cursor_start"], found["cursor_end"]]
    found = reply_to(client, client.inspect("kept", 2), client.get_shell_msg)
    results["inspection"] = [found["found"], "number" in json.dumps(found["data"])]
    found = reply_to(client, client.history(hist_access_type="tail", n=1), client.get_shell_msg)
    results["history"] = found["history"][0][2]
    results["comms"] = reply_to(client, client.comm_info(), client.get_shell_msg)["status"]
    results["heartbeat"] = client.hb_channel.is_beating()


def interrupts(manager, client):
    run(client, "let treasure = 42")
    endless = {
        "loop": "while (true) {}",
        "awaits": "for (;;) await new Promise((r) => setTimeout(r, 20))",
        "loop after await": "await new Promise((r) => setTimeout(r, 10)); while (true) {}",
        "microtasks": "for (;;) await null",
    }
    for name, code in endless.items():
        content, _ = run(client, code, interrupt=manager.interrupt_kernel)
        kept = value(run(client, "treasure")[1])
        results["interrupt: " + name] = [content["status"], content["ename"], kept]
    stop = lambda: manager.signal_kernel(signal.SIGINT)
    content, _ = run(client, "while (true) {}", interrupt=stop)
    results["interrupt: SIGINT"] = content["ename"]


def ends(manager, client):
    error, _ = run(client, "process.abort()")
    told = "cell process" in error["evalue"] or error["evalue"]
    results["crash"] = [told, manager.is_alive()]
    results["after the crash"] = value(run(client, "1 + 1")[1])
    run(client, "let gone = 1")
    manager.restart_kernel()
    client.wait_for_ready(timeout=60)
    results["restart forgets"] = run(client, "gone")[0]["ename"]
    started = time.time()
    manager.shutdown_kernel()
    results["shutdown"] = not manager.is_alive() and time.time() - started < 10
    client.stop_channels()


def over_ipc():
    manager, client = start(transport="ipc")
    results["ipc"] = value(run(client, "1 + 1")[1])
    client.stop_channels()
    manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    session = start()
    try:
        for part in (basics, interrupts, ends):
            part(*session)
    finally:
        session[0].shutdown_kernel(now=True)
    over_ipc()
    json.dump(results, sys.stdout)
