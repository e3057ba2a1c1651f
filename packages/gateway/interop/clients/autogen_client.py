import asyncio

from autogen_core import CancellationToken
from autogen_ext.tools.mcp import McpWorkbench, StdioServerParams, StreamableHttpServerParams, mcp_server_tools
from common import attempt_async, target, tell


def params_of(kind, *rest):
    if kind == "stdio":
        [command, *args] = rest[0]
        return StdioServerParams(command=command, args=args, read_timeout_seconds=60)
    return StreamableHttpServerParams(url=rest[0], headers={"Authorization": f"Bearer {rest[1]}"})


async def main():
    params = params_of(*target())
    tools = {tool.name: tool for tool in await mcp_server_tools(params)}
    async with McpWorkbench(server_params=params) as workbench:

        async def through_workbench(name, value):
            result = await workbench.call_tool(name, {"name": value})
            if result.is_error:
                raise RuntimeError(result.to_text())
            return result.to_text()

        tell(["autogen-ext", "autogen-core", "mcp"], tools, {
            "allowed": await attempt_async(lambda: tools["greet"].run_json({"name": "Ada"}, CancellationToken())),
            "redacted": await attempt_async(lambda: through_workbench("find_customer", "Ada")),
            "denied argument": await attempt_async(lambda: tools["greet"].run_json({"name": "x; rm -rf"}, CancellationToken())),
            "denied tool": await attempt_async(lambda: through_workbench("delete_customer", "Ada")),
        })


asyncio.run(main())
