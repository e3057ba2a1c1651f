/**
 * A condition that cannot be compiled, or that failed while a call was decided (which counts as a violation). The
 * message quotes the policy and names the kind of failure; it never quotes a value of the call.
 */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
  /** Where in the source, counted from 0 in UTF-16 code units; absent when it is about the whole. */
  readonly offset: number | undefined;
  /** The known name that a mistyped one most likely meant. */
  readonly nearest: string | undefined;

  constructor(message: string, offset?: number, nearest?: string) {
    super(message);
    this.offset = offset;
    this.nearest = nearest;
  }
}

const failures: Readonly<Record<string, string>> = {
  no_such_key: 'no such key',
  unknown_variable: 'no such value',
  no_such_overload: 'no such overload: the operator does not take values of these types',
  no_matching_overload: 'no such overload: the function does not take values of these types',
  unsupported_type: 'a value has a type that conditions do not know',
  variable_type_mismatch: 'a value has the wrong type',
  field_type_mismatch: 'a value has the wrong type',
  list_item_type_mismatch: 'a value has the wrong type',
  invalid_logical_operand: 'expected a bool',
  invalid_condition_type: 'expected a bool',
  invalid_comprehension_range: 'expected a list or a map',
  invalid_list_element_type: 'expected a list of strings',
  index_out_of_bounds: 'index out of bounds',
  index_out_of_range: 'index out of bounds',
  division_by_zero: 'division by zero',
  modulo_by_zero: 'division by zero',
  numeric_overflow: 'number out of range',
  bool_conversion_error: 'conversion failed',
  double_conversion_error: 'conversion failed',
  int_conversion_error: 'conversion failed',
  uint_conversion_error: 'conversion failed',
  invalid_timestamp: 'conversion failed',
  invalid_duration: 'conversion failed',
};

/** What failed while a condition was decided. The cause is left out on purpose: its message quotes values of the call. */
export function evaluationFailure(error: unknown): ConditionError {
  if (error instanceof ConditionError) return error;
  const { code, start } = faultOf(error);
  const failure = (code !== undefined && Object.hasOwn(failures, code) ? failures[code] : undefined) ?? 'the evaluation failed';
  return new ConditionError(`${failure}${start === undefined ? '' : ` (offset ${start} of the condition)`}`, start);
}

/** What the parser or the type checker refused; such messages quote nothing but the policy and names of types. */
export function compilationFailure(error: unknown): ConditionError {
  if (error instanceof ConditionError) return error;
  const { code, start, summary } = faultOf(error);
  if (code === undefined) return new ConditionError('the condition cannot be compiled');
  if (code === 'limit_exceeded') return new ConditionError(`the condition is too large: ${summary ?? code}`, start);
  return new ConditionError(summary ?? code, start);
}

interface Fault {
  readonly code?: string;
  readonly summary?: string;
  readonly start?: number;
}

function faultOf(error: unknown): Fault {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return {};
  const summary = 'summary' in error && typeof error.summary === 'string' ? error.summary : error.code;
  const range: unknown = 'range' in error ? error.range : undefined;
  const start = typeof range === 'object' && range !== null && 'start' in range ? range.start : undefined;
  return { code: error.code, summary, ...(typeof start === 'number' ? { start } : {}) };
}
