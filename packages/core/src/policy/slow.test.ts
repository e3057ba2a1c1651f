import { it } from '@jest/globals';
import { Policy } from './policy.js';
it('times', () => {
    const size = 1024 * 1024 - 100;
    const attacks = [
      `name: p\n${'a'.repeat(size)}: 1`,
      '['.repeat(size),
      '{a: '.repeat(size / 4),
      'a: 1\n'.repeat(size / 5),
      `name: p\nrules: {denied_tools: [${'a*'.repeat(size / 4)}]}`,
      `name: p\nrules: {denied_tools: [${'m,'.repeat(size / 2 - 30)}]}`,
      `name: p\nrules: {denied_tools: [${'a*b,'.repeat(size / 4 - 30)}]}`,
      `[${'a: b,'.repeat(size / 5)}]`,
      `name: "${'\\u0041'.repeat(size / 6)}"`,
      `${Array.from({ length: size / 10 }, (_, i) => `k${String(i).padStart(5, '0')}: 1\n`).join('')}`,
      `name: p\nrules: {rate_limits: {per_tool: {${Array.from({ length: size / 15 }, (_, i) => `k${String(i).padStart(5, '0')}: {},`).join('')}}}}`,
      `name: p\nrules: {rate_limits: {per_tool: {${Array.from({ length: size / 30 }, (_, i) => `k${String(i).padStart(5, '0')}: {max_calls: a},`).join('')}}}}`,
    ];
    const out: string[] = [];
    for (const attack of attacks) {
      const t = performance.now();
      let r = 'ok';
      try { Policy.parse(attack); } catch (e) { r = String(e).slice(0, 100); }
      out.push(`${(performance.now() - t).toFixed(0)} ${attack.slice(0, 40)} ${r}`);
    }
    console.log(out.join('\n'));
});
