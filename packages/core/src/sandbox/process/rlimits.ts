import type { Tools } from './tools.js';

/** What the kernel holds a process to, whatever the code in it does. */
export interface ProcessLimits {
  /** Whole seconds of processor time; ends with a signal, and one second later for good. */
  readonly cpuSeconds: number | undefined;
  /** Bytes of private writable memory: heaps, buffers, WebAssembly and stacks, unlike address space that is only set aside. */
  readonly dataBytes: number | undefined;
  readonly openFiles: number;
  readonly fileBytes: number;
}

/** A command with hard limits around it: the soft ones alone could be raised again. As it is where nothing can set them. */
export function withLimits(command: readonly string[], limits: ProcessLimits, tools: Tools): readonly string[] {
  if (tools.prlimit !== undefined) return [tools.prlimit, ...prlimitOptions(limits), '--', ...command];
  if (tools.shell !== undefined) return [tools.shell, '-c', `${ulimits(limits)} exec "$@"`, 'sh', ...command];
  return command;
}

function prlimitOptions({ cpuSeconds, dataBytes, openFiles, fileBytes }: ProcessLimits): readonly string[] {
  const hard = (name: string, value: number): string => `--${name}=${String(value)}:${String(value)}`;
  return [
    hard('core', 0),
    hard('nofile', openFiles),
    hard('fsize', fileBytes),
    ...(cpuSeconds === undefined ? [] : [`--cpu=${String(cpuSeconds)}:${String(cpuSeconds + 1)}`]),
    ...(dataBytes === undefined ? [] : [hard('data', dataBytes)]),
  ];
}

/** `ulimit` sets both limits; only numbers stand in the text. A limit that cannot be set ends the shell before anything runs. */
function ulimits({ cpuSeconds, dataBytes, openFiles, fileBytes }: ProcessLimits): string {
  const lines = [
    'ulimit -c 0',
    `ulimit -n ${String(openFiles)}`,
    `ulimit -f ${String(Math.ceil(fileBytes / 512))}`,
    ...(cpuSeconds === undefined ? [] : [`ulimit -t ${String(cpuSeconds)}`]),
    ...(dataBytes === undefined ? [] : [`ulimit -d ${String(Math.ceil(dataBytes / 1024))}`]),
  ];
  return lines.map((line) => `${line} || exit 126;`).join(' ');
}
