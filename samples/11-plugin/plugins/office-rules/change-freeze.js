// #region guard
/** A guard: sees the frozen call, and says whether it may go on. */
export class ChangeFreeze {
  /** @param {import('@enforcecore/core').Call} call */
  check(call) {
    if (call.tool !== 'deploy') return { allowed: true };
    return { allowed: false, reason: 'change freeze until Monday' };
  }
}
// #endregion guard
