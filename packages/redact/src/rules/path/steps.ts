import { RulePattern } from '../content-rule.js';

// Percent signs of percent signs, over-long UTF-8 (RFC 3629, section 10), %uXXXX and hex: no honest path is written so.
const dot = String.raw`(?:%(?:25){0,3}2e|%(?:25)?c0%(?:25)?(?:ae|2e)|%u(?:002e|ff0e)|0x2e|%(?:25)?%32%65|%25%32%65)`;
const slash = String.raw`(?:%(?:25){0,3}(?:2f|5c)|%(?:25)?c0%(?:25)?(?:af|2f|5c)|%(?:25)?c1%(?:25)?(?:9c|1c|af|8s|pc)|%e0%80%af|%f0%80%80%af|%f8%80%80%80%af|%fc%80%80%80%80%af|%u(?:221[56]|002f|005c|ff0f)|%bg%qf|%(?:25)?%32%66|%(?:25)?%35%63|0x2f|0x5c)`;

export const encodedSteps: readonly RulePattern[] = [
  new RulePattern(new RegExp(String.raw`(?:\.\.|\.${dot}|${dot}{1,2}\.?)${slash}|(?:\.${dot}|${dot}{1,2}\.?)[\\/]|[\\/]${slash}\.\.|^${slash}?\.\.${slash}|${slash}(?:\.\.|${dot}{2})(?:${slash}|[\\/]|$)`, 'i')),
  new RulePattern(/\.(?:%0[01]|\0)?\.(?:%(?:25)?0[0-9a-f]|\0)[\\/]|\.(?:%00|\0)\.[\\/]/i),
  new RulePattern(/%(?:25)?00(?:\.\w|\/|$|["'\s])/),
];
