export { compilePattern, PatternError, type LinearPattern } from './pattern.js';
export { PatternRegistry, type PatternOptions } from './pattern-registry.js';
