/**
 * What is left of an error that somebody else's code threw over a value: its name and where it came from. Its message
 * may hold the value, and errors are printed.
 */
export function quietCause(error: unknown): Error {
  const quiet = new Error('the message is not shown, because it may hold the value');
  if (!(error instanceof Error)) return quiet;
  const { name, stack } = error;
  if (typeof name === 'string' && /^\w{1,64}$/.test(name)) quiet.name = name;
  const frames = typeof stack === 'string' ? stack.split('\n').filter((line) => /^\s+at [^\n]{1,300}:\d+:\d+\)?$/.test(line)) : [];
  quiet.stack = [`${quiet.name}: ${quiet.message}`, ...frames.slice(0, 10)].join('\n');
  return quiet;
}
