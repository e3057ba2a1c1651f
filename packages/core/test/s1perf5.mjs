import { createContainer, Policy, setDefaultContainer } from '/work/main/packages/core/dist/index.js';
import { Line } from '/work/main/packages/core/dist/sandbox/line.js';
import { MovedCall } from '/work/main/packages/core/dist/sandbox/moved-call.js';
import { SandboxExecutor } from '/work/main/packages/core/dist/sandbox/sandbox-executor.js';
const wrapT=(proto,name,acc)=>{ const o=proto[name]; proto[name]=async function(...a){ const s=performance.now(); const r=await o.apply(this,a); acc.push(performance.now()-s); return r; }; };
const A=[],B=[],C=[]; wrapT(Line.prototype,'ask',A); wrapT(MovedCall.prototype,'run',B); wrapT(SandboxExecutor.prototype,'execute',C);
const c = createContainer({ policy: Policy.from({name:'t', rules:{}}), environment: {}, settings:{auditEnabled:false}});
setDefaultContainer(c);
const t = await import('/work/main/packages/core/test/fixtures/sandbox/tools.mjs');
const D=[];
for(let i=0;i<10000;i++){ const s=performance.now(); await t.echo({a:'hello',b:i}); D.push(performance.now()-s);}
for (const [n,x] of Object.entries({ask:A,run:B,execute:C,whole:D})) { x.splice(0,4000); x.sort((a,b)=>a-b); console.log(n, (x[x.length>>1]*1e3).toFixed(1)); }
await c.close();
