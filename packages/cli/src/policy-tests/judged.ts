import type { Policy } from '@enforcecore/core';
import type { Coverage } from './coverage.js';
import type { PolicyCase } from './policy-case.js';
import type { CaseRun } from './run-case.js';

export interface JudgedCase {
  readonly case: PolicyCase;
  readonly run: CaseRun;
  /** What is not as expected; nothing for a case that holds. */
  readonly problems: readonly string[];
  readonly ms: number;
}

export interface JudgedFile {
  readonly file: string;
  readonly cases: readonly JudgedCase[];
}

/** What all cases of one policy came to. */
export interface JudgedPolicy {
  readonly file: string;
  readonly policy: Policy;
  readonly coverage: Coverage;
  readonly files: readonly JudgedFile[];
}
