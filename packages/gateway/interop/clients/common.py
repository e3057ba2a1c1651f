"""What each client does: it calls four tools without a model, and says what came of it as one line of JSON."""

import json
import os
import sys
from importlib.metadata import version


def target():
    """How to reach the gateway: ("stdio", [command, ...]) or ("http", url, token)."""
    kind = os.environ["GATEWAY"]
    if kind == "stdio":
        return kind, json.loads(os.environ["GATEWAY_COMMAND"])
    return kind, os.environ["GATEWAY_URL"], os.environ["GATEWAY_TOKEN"]


def tell(packages, tools, calls):
    """`calls` maps what was tried to what came back, or to why it was refused."""
    versions = {name: version(name) for name in packages}
    sys.stdout.write(json.dumps({"versions": versions, "python": sys.version.split()[0], "tools": sorted(tools), "calls": calls}) + "\n")


def why(error):
    """The error inside the groups that task groups put around it."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


def attempt(body):
    try:
        return {"said": str(body())}
    except Exception as error:
        return {"refused": why(error)}


async def attempt_async(body):
    try:
        return {"said": str(await body())}
    except Exception as error:
        return {"refused": why(error)}
