import { emailCases, phoneCases } from './contact.js';
import { ibanCases, identityCases, passportCases } from './documents.js';
import { cardCases, ipCases, ssnCases } from './numbers.js';

export const recogniserCases = [...emailCases, ...phoneCases, ...ssnCases, ...cardCases, ...ipCases, ...ibanCases, ...passportCases, ...identityCases];
