export { CodeInterpreter, runCode, type CodeResult, type RunCodeOptions } from './code-interpreter.js';
export { CodeInterpreterTool, type CodeAnswer } from './code-interpreter-tool.js';
export { CodeThrewError, type Thrown } from './code-errors.js';
export type { CodeLimits } from './code-limits.js';
