import { createContainer, Policy, setDefaultContainer } from '/work/main/packages/core/dist/index.js';
const c = createContainer({ policy: Policy.from({name:'t', rules:{}}), environment: {}, settings:{auditEnabled:false}});
setDefaultContainer(c);
const t = await import('/work/main/packages/core/test/fixtures/sandbox/tools.mjs');
for(let i=0;i<40000;i++) await t.echo({a:'hello',b:i});
await c.close();
