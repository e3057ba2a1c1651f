/** What one scan looks for among personal data, decided once per redactor. */
export interface PiiPlan {
  readonly email: boolean;
  readonly phone: boolean;
  readonly ssn: boolean;
  readonly card: boolean;
  readonly ip: boolean;
  readonly iban: boolean;
  readonly passport: boolean;
  /** Whether any of the categories made of digit groups is wanted. */
  readonly numbers: boolean;
  /** Whether numbers that begin with letters are wanted. */
  readonly documents: boolean;
  /** Whether long runs of letters and digits can be personal data. */
  readonly runs: boolean;
}

export function piiPlan(categories: ReadonlySet<string>): PiiPlan {
  const has = (name: string): boolean => categories.has(name);
  return {
    email: has('email'),
    phone: has('phone'),
    ssn: has('ssn'),
    card: has('credit_card'),
    ip: has('ip_address'),
    iban: has('iban'),
    passport: has('passport'),
    documents: has('iban') || has('passport'),
    numbers: ['phone', 'ssn', 'credit_card', 'ip_address', 'passport', 'iban'].some(has),
    runs: false,
  };
}
