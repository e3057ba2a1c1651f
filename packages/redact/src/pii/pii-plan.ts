/** What one scan looks for among personal data, decided once per redactor. */
export interface PiiPlan {
  /** Every category wanted. */
  readonly pii: ReadonlySet<string>;
  readonly email: boolean;
  readonly phone: boolean;
  readonly ssn: boolean;
  readonly card: boolean;
  readonly ip: boolean;
  readonly iban: boolean;
  readonly passport: boolean;
  readonly mac: boolean;
  /** Whether any of the categories made of digit groups is wanted. */
  readonly numbers: boolean;
  /** Whether numbers of documents and accounts, or dates, are wanted. */
  readonly documents: boolean;
  /** Whether dates are wanted, which have fewer digits than any other number. */
  readonly dates: boolean;
  /** Whether long runs of letters and digits can be personal data. */
  readonly runs: boolean;
}

const dates = ['date_of_birth', 'date_time'];
const runs = ['crypto_address', 'mac_address', 'passport', 'national_id', 'bank_account'];
const documents = [
  'iban', 'passport', 'national_id', 'driver_license', 'medical_id', 'bank_account', 'itin', 'mac_address', 'vin', 'license_plate', ...dates,
];

export function piiPlan(categories: ReadonlySet<string>): PiiPlan {
  const has = (name: string): boolean => categories.has(name);
  return {
    pii: categories,
    email: has('email'),
    phone: has('phone'),
    ssn: has('ssn'),
    card: has('credit_card'),
    ip: has('ip_address'),
    iban: has('iban'),
    passport: has('passport'),
    mac: has('mac_address'),
    numbers: ['phone', 'ssn', 'credit_card', 'ip_address', ...documents].some(has),
    documents: documents.some(has),
    dates: dates.some(has),
    runs: runs.some(has),
  };
}
