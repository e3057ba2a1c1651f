import { serve } from '../dist/sandbox/child/serve.js';
let res, listener;
serve({ post: (m)=>res(m), onMessage(l){ listener=l; } });
const tool={module:'file:///work/main/packages/core/test/fixtures/sandbox/tools.mjs',export:'echo'};
const ask = (m)=>new Promise(r=>{res=r; listener(JSON.stringify(m))});
console.log(await ask({t:'load',id:'1',tool,as:0}));
const call={t:'call',id:'db166712-1bf8-406c-8e64-3f637f54b0f2',args:[{a:'hello',b:1}],tool:0,maxResultBytes:1e7,call:{id:'db166712-1bf8-406c-8e64-3f637f54b0f2',tool:'echo',policyName:'t',policyDigest:'x'.repeat(70),depth:1,labels:{},sensitivity:[]}};
console.log(await ask(call));
for (let k=0;k<5;k++){ const s=performance.now(); for(let i=0;i<20000;i++) await ask(call); console.log(((performance.now()-s)/20).toFixed(1),'us'); }
