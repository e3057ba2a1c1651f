import { describe, expect, it } from '@jest/globals';
import * as redact from './index.js';

describe('@enforcecore/redact', () => {
  it('exports exactly these names', () => {
    expect(Object.keys(redact).sort()).toEqual([
      'MemoryVault', 'RedactError', 'Redactor', 'contentRules', 'detectRules', 'foldText', 'piiCategories', 'recognisedCategories', 'redactStream', 'redactTransform', 'redactValue', 'reveal', 'revealValue',
      'secretCategories', 'strategies',
    ]);
  });

  it('knows the eleven secret categories of the reference', () => {
    const reference = [
      'aws_access_key', 'aws_secret_key', 'github_token', 'generic_api_key', 'bearer_token', 'private_key', 'password_in_url', 'gcp_service_account',
      'azure_connection_string', 'database_connection_string', 'ssh_private_key',
    ];

    expect(redact.secretCategories).toEqual(expect.arrayContaining(reference));
  });

  it('knows the seventeen categories that the reference maps its recogniser to', () => {
    const reference = [
      'email', 'phone', 'ssn', 'credit_card', 'ip_address', 'person_name', 'passport', 'location', 'date_time', 'national_id', 'medical_id', 'driver_license', 'iban',
      'crypto_address', 'bank_account', 'itin', 'organization',
    ];

    expect([...redact.piiCategories, ...redact.recognisedCategories]).toEqual(expect.arrayContaining(reference));
  });

  it('has well over 150 categories of secrets', () => {
    expect(redact.secretCategories.length).toBeGreaterThan(200);
  });
});
