import { createContainer, Detector, enforce, EnforceCoreError, EntityRecognizer, PatternRegistry, RedactorPlugin, withResults, type EnforceContainer } from '@enforcecore/core';
import { CompromiseRecognizer } from '@enforcecore/redact/compromise';
import './alone.js';
import { badges, signatures } from './own-parts.js';

// Compiled to samples/dist/redaction; the policy lies beside the source.
const policy = new URL('../../redaction/policy.yaml', import.meta.url);

const file = {
  case: 'AZ-2031/26',
  told: 'Mira Sandberg (mira@northfjord.example, +1 212 555 0143) paid with 4111 1111 1111 1111. Door code 4711.',
  born: 'born 12 March 1984',
  disguised: 'ｍｉｒａ＠ｎｏｒｔｈｆｊｏｒｄ．ｅｘａｍｐｌｅ, mira%40northfjord.example, A\u200BZ-2031/26',
  login: { user: 'mira', password: 'correct horse' },
  seen: 'B12340 opened the gate for INV-00000098, B12345 did not\n-- Otto, night shift',
};

async function underAPolicy(container: EnforceContainer): Promise<void> {
  const read = enforce(() => file, { container, tool: 'read_case' });
  console.log('\nNo recogniser yet:', await refusalOf(read));

  // #region bind-names
  container.bind(EntityRecognizer).toConstantValue(await CompromiseRecognizer.load()); // npm install compromise@14
  // #endregion bind-names
  // #region bind-own
  container.bind(Detector).toConstantValue(badges);
  container.bind(RedactorPlugin).toConstantValue(signatures);
  container.get(PatternRegistry).register('invoice', 'INV-\\d{8}', { validator: (match) => Number(match.slice(4)) % 97 === 1 });
  // #endregion bind-own
  const { value, results } = await withResults(read);
  console.log('\nThe result of the tool:', value);
  console.log('\nIn the trail:', JSON.stringify(results[0]?.redactions));
}

async function refusalOf(call: () => unknown): Promise<string> {
  try {
    return `passed: ${JSON.stringify(await call())}`;
  } catch (error) {
    if (!EnforceCoreError.is(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

async function main(): Promise<void> {
  const container = createContainer({ policy, settings: { auditPath: '.demo/redaction', redactionKey: 'one for all hosts, from where your keys are' } });
  await underAPolicy(container);
  await container.close();
}

void main();
