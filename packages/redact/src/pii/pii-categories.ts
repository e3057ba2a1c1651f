/** Personal data that is found without a recogniser of names. */
export const piiCategories = [
  'email', 'phone', 'ssn', 'credit_card', 'ip_address', 'iban', 'passport', 'national_id', 'driver_license', 'medical_id', 'bank_account', 'itin',
  'date_of_birth', 'date_time', 'crypto_address', 'mac_address', 'vin', 'license_plate',
] as const;
export type PiiCategory = (typeof piiCategories)[number];

/** What no pattern finds: a recogniser of names answers with these. */
export const recognisedCategories = ['person_name', 'location', 'organization'] as const;
export type RecognisedCategory = (typeof recognisedCategories)[number];

/** Other names a spec may use. */
export const categoryAliases: ReadonlyMap<string, PiiCategory | RecognisedCategory> = new Map([['person', 'person_name']]);

/** Looked for when a spec names none: what needs no further context to be recognised well. */
export const defaultPiiCategories: readonly PiiCategory[] = ['email', 'phone', 'ssn', 'credit_card', 'ip_address'];

/** What the mask strategy writes; other categories get eight stars. */
export const piiMasks: Readonly<Record<string, string>> = {
  email: '****@****.***', phone: '***-***-****', ssn: '***-**-****', credit_card: '****-****-****-****',
  ip_address: '***.***.***.***', passport: '**-*******', iban: '**** **** **** **** ****', itin: '***-**-****',
  date_of_birth: '****-**-**', date_time: '****-**-**', mac_address: '**:**:**:**:**:**', license_plate: '***-****',
};
