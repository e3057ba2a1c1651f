import { createContainer, enforce, Policy, Redactor, withResults } from '@enforcecore/core';
import { redactorLaws } from '@enforcecore/core/testing';
import { EmployeeRedactor } from './employee-redactor.js';

const policy = Policy.from({ name: 'staff', rules: { pii_redaction: { categories: ['email', 'phone'] } } });

async function main(): Promise<void> {
  const container = createContainer({ policy, settings: { auditPath: '.demo/custom-redactor' } });
  const shift = enforce(
    function on_shift() {
      return { lead: { badge: 'EMP-204418', mail: 'ines@northfjord.example' }, note: 'EMP-204419 swaps with EMP-204420, call 212-555-0143' };
    },
    { container },
  );

  console.log('The house\'s redactor:', shift());

  // #region bind
  container.rebind(Redactor).toConstantValue(new EmployeeRedactor());
  // #endregion bind
  const { value, results } = await withResults(shift);
  console.log('\nAfter one binding:   ', value);
  console.log('Counted in the trail:', results[0]?.redactions);

  for (const law of redactorLaws(() => new EmployeeRedactor())) {
    await law.check();
    console.log(`Law kept: a redactor ${law.title}`);
  }
  await container.close();
}

void main();
