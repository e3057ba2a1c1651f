import { describe, expect, it } from '@jest/globals';
import * as redact from './index.js';

describe('@enforcecore/redact', () => {
  it('exports exactly these names', () => {
    expect(Object.keys(redact).sort()).toEqual(['RedactError', 'Redactor', 'contentRules', 'detectRules', 'foldText', 'piiCategories', 'redactValue', 'secretCategories']);
  });

  it('knows the eleven secret categories of the reference', () => {
    const reference = [
      'aws_access_key', 'aws_secret_key', 'github_token', 'generic_api_key', 'bearer_token', 'private_key', 'password_in_url', 'gcp_service_account',
      'azure_connection_string', 'database_connection_string', 'ssh_private_key',
    ];

    expect(redact.secretCategories).toEqual(expect.arrayContaining(reference));
    expect(redact.piiCategories).toEqual(['email', 'phone', 'ssn', 'credit_card', 'ip_address', 'iban', 'passport']);
  });
});
