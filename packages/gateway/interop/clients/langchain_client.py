import asyncio

from common import attempt_async, target, tell
from langchain_mcp_adapters.client import MultiServerMCPClient


def connection(kind, *rest):
    if kind == "stdio":
        [command, *args] = rest[0]
        return {"transport": "stdio", "command": command, "args": args}
    return {"transport": "streamable_http", "url": rest[0], "headers": {"Authorization": f"Bearer {rest[1]}"}}


async def main():
    client = MultiServerMCPClient({"gateway": connection(*target())})
    tools = {tool.name: tool for tool in await client.get_tools()}

    async def past_the_list(name, value):
        async with client.session("gateway") as session:
            result = await session.call_tool(name, {"name": value})
            if result.isError:
                raise RuntimeError(result.content[0].text)
            return result.content[0].text

    tell(["langchain-mcp-adapters", "langchain-core", "mcp"], tools, {
        "allowed": await attempt_async(lambda: tools["greet"].ainvoke({"name": "Ada"})),
        "redacted": await attempt_async(lambda: tools["find_customer"].ainvoke({"name": "Ada"})),
        "denied argument": await attempt_async(lambda: tools["greet"].ainvoke({"name": "x; rm -rf"})),
        "denied tool": await attempt_async(lambda: past_the_list("delete_customer", "Ada")),
    })


asyncio.run(main())
