"""Writes trails as the Python EnforceCore does, with the standard library only.

    python3 make-trail.py FOLDER     the fixtures of this package
    python3 make-trail.py -          fields as JSON on standard input, one object a line; a trail on standard output
"""

import gzip
import hashlib
import json
import pathlib
import sys

DECLARED = [
    "entry_id", "call_id", "timestamp", "tool_name", "policy_name", "policy_version", "tenant_id", "decision",
    "violation_type", "violation_reason", "overhead_ms", "call_duration_ms", "input_redactions", "output_redactions",
    "previous_hash", "entry_hash",
]
COMPACT = (",", ":")


def sealed(fields, previous):
    entry = {**fields, "previous_hash": previous}
    text = json.dumps(entry, sort_keys=True, separators=COMPACT)
    return {**entry, "entry_hash": hashlib.sha256(text.encode()).hexdigest()}


def line(entry, declared=False):
    """An Auditor with a path sorts the keys; one with a JsonlBackend keeps the order of declaration."""
    if not declared:
        return json.dumps(entry, sort_keys=True, separators=COMPACT) + "\n"
    return json.dumps({key: entry[key] for key in DECLARED if key in entry}, separators=COMPACT) + "\n"


def chain(all_fields, previous="", declared=False):
    lines = []
    for fields in all_fields:
        entry = sealed(fields, previous)
        previous = entry["entry_hash"]
        lines.append(line(entry, declared))
    return "".join(lines), previous


def sample(number):
    blocked = number % 3 == 2
    reasons = ["Tool 'shell' is denied", "d\u00e9j\u00e0 vu \U0001f512 \u007f", "line\nbreak \"quoted\" \\ tab\t", "\ud800 alone"]
    return {
        "entry_id": f"00000000-0000-4000-8000-{number:012x}",
        "call_id": f"11111111-0000-4000-8000-{number:012x}",
        "timestamp": f"2026-03-01T12:{number // 60:02d}:{number % 60:02d}" + (f".{number * 1009:06d}" if number else "") + "+00:00",
        "tool_name": ["search_web", "execute_shell", "send_mail"][number % 3],
        "policy_name": "strict",
        "policy_version": "1.0",
        "tenant_id": "acme" if number % 2 else None,
        "decision": "blocked" if blocked else "allowed",
        "violation_type": "tool_denied" if blocked else None,
        "violation_reason": reasons[number // 3 % 4] if blocked else None,
        "overhead_ms": [0.0, 0.056, 1e-05, 1e16, 12, 0.1 + 0.2][number % 6],
        "call_duration_ms": 1.5 * number,
        "input_redactions": number % 4,
        "output_redactions": 0,
    }


def fixtures(folder):
    folder.mkdir(parents=True, exist_ok=True)
    samples = [sample(number) for number in range(24)]

    def put(name, text):
        data = text.encode()
        (folder / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)

    put("path.jsonl", chain(samples[:12])[0])
    put("backend.jsonl", chain(samples[:12], declared=True)[0])
    put("v1.5.jsonl", chain([{k: v for k, v in fields.items() if k != "tenant_id"} for fields in samples[:3]])[0])
    # One process rotates twice and goes on with its chain; a second one starts anew.
    first, head = chain(samples[:6])
    second, head = chain(samples[6:12], head)
    put("rotated.2026-03-01T12-00-05.jsonl.gz", first)
    put("rotated.2026-03-01T12-00-11.jsonl", second)
    put("rotated.2026-03-01T12-00-17.jsonl", chain(samples[12:18])[0])
    put("rotated.jsonl", chain(samples[18:])[0])


if __name__ == "__main__":
    if sys.argv[1] == "-":
        given = [json.loads(text) for text in sys.stdin.buffer.read().decode().split("\n") if text]
        sys.stdout.write(chain(given, declared="--declared" in sys.argv)[0])
    else:
        fixtures(pathlib.Path(sys.argv[1]))
