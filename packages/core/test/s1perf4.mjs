import { createContainer, Policy, setDefaultContainer } from '/work/main/packages/core/dist/index.js';
import { WorkerChild } from '/work/main/packages/core/dist/sandbox/worker-child.js';
import { Line } from '/work/main/packages/core/dist/sandbox/line.js';
import { WorkerLauncher } from '/work/main/packages/core/dist/sandbox/worker-launcher.js';
import { readFileSync } from 'node:fs';
const spec={rules:{}, env:{}, codePaths:[]};
const child = await new WorkerLauncher().launch(spec);
const line = new Line(child);
const tool={module:'file:///work/main/packages/core/test/fixtures/sandbox/tools.mjs',export:'echo'};
console.log(await line.ask({t:'load',id:'1',tool,as:0}));
const id='db166712-1bf8-406c-8e64-3f637f54b0f2';
const call={t:'call',id,args:[{a:'hello',b:1}],tool:0,maxResultBytes:1e7,call:{id,tool:'echo',policyName:'t',policyDigest:'x'.repeat(70),depth:1,labels:{},sensitivity:[]}};
async function bench(name, f){ for(let i=0;i<5000;i++) await f(i); const N=10000, ts=[]; for (let i=0;i<N;i++){ const s=performance.now(); await f(i); ts.push(performance.now()-s);} ts.sort((a,b)=>a-b); console.log(name,'p50', (ts[N/2]*1e3).toFixed(1),'p10',(ts[N/10]*1e3).toFixed(1),'p99',(ts[N*0.99|0]*1e3).toFixed(1)); }
for (let k=0;k<3;k++){ await bench('line', ()=>line.ask(call,1e7));
await bench('idle', async()=>{child.setIdle(false); await line.ask(call,1e7); child.setIdle(true);}); child.setIdle(false);
await bench('load', ()=>line.ask({t:'load',id:'1',tool,as:0}));
}
await child.kill();
