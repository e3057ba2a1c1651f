import { createContainer, Policy, setDefaultContainer, Executor, enforce } from '/work/main/packages/core/dist/index.js';
import { Worker, MessageChannel } from 'node:worker_threads';
const c = createContainer({ policy: Policy.from({name:'t', rules:{}}), environment: {}, settings:{auditEnabled:false}});
setDefaultContainer(c);
const t = await import('/work/main/packages/core/test/fixtures/sandbox/tools.mjs');
const w = new Worker('const {parentPort,workerData}=require("worker_threads"); workerData.port.on("message",m=>workerData.port.postMessage(m))', (()=>{const ch=new MessageChannel(); globalThis.p=ch.port1; return {eval:true, workerData:{port:ch.port2}, transferList:[ch.port2]}})());
const text = JSON.stringify({t:'call',id:'db166712-1bf8-406c-8e64-3f637f54b0f2',args:[{a:'hello',b:1}],tool:{module:'file:///work/main/packages/core/test/fixtures/sandbox/tools.mjs',export:'echo'},call:{id:'db166712-1bf8-406c-8e64-3f637f54b0f2',tool:'echo',policyName:'t',policyDigest:'x'.repeat(70)}});
let res; globalThis.p.on('message', m=>res(m));
const ping = ()=>new Promise(r=>{res=r; globalThis.p.postMessage(text)});
const inline = enforce(async(x)=>x,{tool:'inl'});
async function bench(name, f){ for(let i=0;i<2000;i++) await f(i); const N=10000, ts=[]; for (let i=0;i<N;i++){ const s=performance.now(); await f(i); ts.push(performance.now()-s);} ts.sort((a,b)=>a-b); console.log(name,'p50', (ts[N/2]*1e3).toFixed(1),'p10',(ts[N/10]*1e3).toFixed(1),'p99',(ts[N*0.99|0]*1e3).toFixed(1)); }
for (let k=0;k<3;k++){
await bench('raw', ping);
await bench('echo', i=>t.echo({a:'hello',b:i}));
await bench('inline', i=>inline({a:'hello',b:i}));
}
await c.close(); w.terminate();
