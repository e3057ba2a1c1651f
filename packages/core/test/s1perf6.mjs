import { createContainer, Policy, setDefaultContainer, Executor, SystemClock } from '/work/main/packages/core/dist/index.js';
import { SandboxExecutor } from '/work/main/packages/core/dist/sandbox/sandbox-executor.js';
const holds={};
const launcher = { level:'worker', isReused:true, probe: async()=>({works:true,holds}), launch: async()=>{ let l; return { post(m){ const {t,id}=JSON.parse(m); const out = t==='load'?`{"t":"loaded","id":"${id}"}`:`{"t":"value","id":"${id}","value":{"a":"hello","b":1}}`; queueMicrotask(()=>l(out)); }, onMessage(x){l=x}, onEnd(){}, kill: async()=>{}, output:{} } } };
const c = createContainer({ policy: Policy.from({name:'t', rules:{}}), environment: {}, settings:{auditEnabled:false}});
c.rebind(Executor).toConstantValue(new SandboxExecutor(new SystemClock(), {launchers:[launcher]}));
setDefaultContainer(c);
const t = await import('/work/main/packages/core/test/fixtures/sandbox/tools.mjs');
for (let k=0;k<5;k++){ const s=performance.now(); for(let i=0;i<20000;i++) await t.echo({a:'hello',b:i}); console.log(((performance.now()-s)/20).toFixed(1),'us'); }
