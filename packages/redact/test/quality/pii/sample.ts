export const categories = [
  'email', 'phone', 'ssn', 'credit_card', 'ip_address', 'iban', 'passport', 'national_id', 'date_of_birth', 'crypto_address', 'mac_address',
  'driver_license', 'medical_id', 'bank_account', 'itin', 'vin', 'license_plate', 'person_name',
] as const;
export type Category = (typeof categories)[number];

/** Something the text holds; offsets are UTF-16 units, `end` is exclusive. */
export interface Label {
  readonly category: string;
  readonly start: number;
  readonly end: number;
}

/** One text and everything that is to be found in it. */
export interface Sample {
  readonly family: string;
  readonly text: string;
  readonly labels: readonly Label[];
}

/** A value as it is written, with its category unless it is there only to fill the text. */
export interface Value {
  readonly text: string;
  readonly category?: Category;
}
