from common import attempt, target, tell
from crewai_tools import MCPServerAdapter
from mcp import StdioServerParameters

kind, *rest = target()
if kind == "stdio":
    [command, *args] = rest[0]
    params = StdioServerParameters(command=command, args=args)
else:
    params = {"url": rest[0], "transport": "streamable-http", "headers": {"Authorization": f"Bearer {rest[1]}"}}

with MCPServerAdapter(params, connect_timeout=60) as tools:
    named = {tool.name: tool for tool in tools}
    tell(["crewai-tools", "crewai", "mcpadapt", "mcp"], named, {
        "allowed": attempt(lambda: named["greet"].run(name="Ada")),
        "redacted": attempt(lambda: named["find_customer"].run(name="Ada")),
        "denied argument": attempt(lambda: named["greet"].run(name="x; rm -rf")),
        "denied tool": attempt(lambda: named["delete_customer"].run(name="Ada")),
    })
