// Python clients through the gateway, without a model: npm run test:interop [-- crewai autogen langchain]
// Installs their packages into virtual environments under node_modules/.cache/enforcecore-interop, once.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = resolve(here, '../../..');
const cache = join(root, 'node_modules/.cache/enforcecore-interop');
const command = join(root, 'packages/cli/bin/enforcecore.js');
const minutes = 60_000;
const token = 'a-token-for-this-run-only';

/** autogen-ext 0.7.5 imports what mcp 2 does not have any more. */
const frameworks = {
  crewai: { call: 'CrewAI MCPServerAdapter', packages: ['crewai-tools[mcp]==1.15.30', 'mcp==1.30.0'] },
  autogen: { call: 'AutoGen mcp_server_tools, McpWorkbench', packages: ['autogen-ext[mcp]==0.7.5', 'mcp==1.30.0'] },
  langchain: { call: 'LangChain MultiServerMCPClient', packages: ['langchain-mcp-adapters==0.3.2', 'mcp==1.30.0'] },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(frameworks, name));
if (unknown.length > 0) {
  console.error(`no such framework: ${unknown.join(', ')}; there are ${Object.keys(frameworks).join(', ')}`);
  process.exit(2);
}

const python = ['python3', 'python'].find((name) => /^Python 3\.(?:1[1-9]|[2-9][0-9])/.test(spawnSync(name, ['--version'], { encoding: 'utf8' }).stdout ?? ''));
if (python === undefined) {
  console.log('skipped: there is no Python 3.11 or newer here');
  process.exit(0);
}

const rows = [];
let failures = 0;
for (const [name, framework] of Object.entries(frameworks)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const interpreter = installed(name, framework.packages);
  if (interpreter === undefined) {
    failures += 1;
    rows.push([framework.call, '', 'its packages cannot be installed', '', '', '']);
    continue;
  }
  for (const kind of ['stdio', 'http']) rows.push(await tried(name, framework, interpreter, kind));
}
print([['client', 'through', 'allowed', 'redacted', 'denied argument', 'denied tool'], ...rows]);
if (failures > 0) console.error(`\n${failures} did not behave`);
process.exitCode = failures > 0 ? 1 : 0;

/** The interpreter of a virtual environment with exactly these packages. */
function installed(name, packages) {
  const folder = join(cache, name);
  const interpreter = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const mark = join(folder, 'installed.json');
  const wanted = JSON.stringify(packages);
  if (existsSync(interpreter) && existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return interpreter;
  console.log(`installing ${packages.join(' ')} …`);
  mkdirSync(cache, { recursive: true });
  const steps = [[python, ['-m', 'venv', folder]], [interpreter, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]]];
  for (const [program, args] of steps) {
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 15 * minutes });
    if (status !== 0) {
      console.error(`${program} ${args.join(' ')}\n${stderr}`);
      return undefined;
    }
  }
  writeFileSync(mark, wanted);
  return interpreter;
}

async function tried(name, { call }, interpreter, kind) {
  const folder = mkdtempSync(join(tmpdir(), 'enforcecore-interop-'));
  let gateway;
  try {
    if (kind === 'http') gateway = await served(folder);
    const env = { ...process.env, GATEWAY: kind, GATEWAY_COMMAND: JSON.stringify([process.execPath, command, 'gateway', '--config', configured(folder, '')]), GATEWAY_URL: gateway?.url ?? '', GATEWAY_TOKEN: token, CREWAI_DISABLE_TELEMETRY: 'true', OTEL_SDK_DISABLED: 'true' };
    const { status, stdout, stderr } = await run(interpreter, [join(here, `clients/${name}_client.py`)], env);
    const line = stdout.split('\n').find((one) => one.startsWith('{"versions"'));
    if (status !== 0 || line === undefined) throw new Error(`${name} over ${kind} ended with ${status}\n${stdout}\n${stderr}`);
    return judged(call, kind, JSON.parse(line), readFileSync(join(folder, 'audit/trail.jsonl'), 'utf8'));
  } catch (error) {
    failures += 1;
    console.error(error.message);
    return [call, kind, 'FAILED', '', '', ''];
  } finally {
    await gateway?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What must hold of what a client saw. */
function judged(call, kind, { versions, python: line, tools, calls }, trail) {
  const said = (what) => calls[what].said ?? '';
  const checks = {
    allowed: said('allowed').includes('Good morning, Ada'),
    redacted: said('redacted').includes('since 2024') && !/ada@example\.com|4111/.test(said('redacted')),
    // Some hand the refusal to the model as a result, some raise it.
    'denied argument': /blocked by policy/.test(calls['denied argument'].said ?? calls['denied argument'].refused),
    // CrewAI calls only what it was offered.
    'denied tool': /blocked by policy|^KeyError: 'delete_customer'/.test(calls['denied tool'].refused ?? '') && !tools.includes('delete_customer'),
  };
  const isRecorded = trail.includes('"blocked"') && !/ada@example\.com|4111 1111/.test(trail);
  const shown = Object.entries(checks).map(([what, holds]) => `${holds ? 'yes' : 'NO'}: ${brief(calls[what].said ?? calls[what].refused)}`);
  if (!isRecorded || Object.values(checks).includes(false)) failures += 1;
  console.log(`${call} over ${kind}: Python ${line}, ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')}; sees ${tools.join(', ')}; trail ${isRecorded ? 'has it' : 'LACKS IT'}`);
  return [call, kind, ...shown];
}

function configured(folder, serve) {
  const file = join(folder, 'gateway.yaml');
  const servers = `servers:\n  desk: { command: ${JSON.stringify(process.execPath)}, args: [${JSON.stringify(join(here, 'server.mjs'))}] }\n`;
  if (!existsSync(file)) writeFileSync(file, `${servers}policy: ${JSON.stringify(join(here, 'policy.yaml'))}\naudit: { path: audit }\n${serve}`);
  return file;
}

/** A gateway on a port that is free. */
function served(folder) {
  const config = configured(folder, 'serve:\n  port: 0\n  auth: { tokens: { interop: "${GATEWAY_TOKEN}" } }\n');
  const child = spawn(process.execPath, [command, 'gateway', '--config', config, '--json'], { env: { ...process.env, GATEWAY_TOKEN: token }, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => { child.once('close', done); });
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (piece) => {
      text += piece;
      if (text.includes('}')) done({ url: JSON.parse(text).url, close });
    });
    child.once('close', (code) => { fail(new Error(`the gateway ended with ${code}`)); });
  });
}

function run(program, args, env) {
  return new Promise((done) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 3 * minutes });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (piece) => { stdout += piece; });
    child.stderr.on('data', (piece) => { stderr += piece; });
    child.once('close', (status) => { done({ status, stdout, stderr }); });
  });
}

function brief(text) {
  const line = String(text).replaceAll(/\s+/g, ' ');
  return line.length <= 60 ? line : `${line.slice(0, 57)}...`;
}

function print(table) {
  console.log();
  for (const row of table) console.log(`| ${row.join(' | ')} |`);
}
