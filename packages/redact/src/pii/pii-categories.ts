/** Personal data that is found without a recogniser of names. */
export const piiCategories = ['email', 'phone', 'ssn', 'credit_card', 'ip_address', 'iban', 'passport'] as const;
export type PiiCategory = (typeof piiCategories)[number];

/** Looked for when a spec names none: what needs no further context to be recognised well. */
export const defaultPiiCategories: readonly PiiCategory[] = ['email', 'phone', 'ssn', 'credit_card', 'ip_address'];

/** What the mask strategy writes; other categories get eight stars. */
export const piiMasks: Readonly<Record<string, string>> = {
  email: '****@****.***', phone: '***-***-****', ssn: '***-**-****', credit_card: '****-****-****-****',
  ip_address: '***.***.***.***', passport: '**-*******',
};
