import { RulePattern, type ContentRule } from './content-rule.js';

/** Spaces, and the comments and plus signs that stand for them. */
const gap = String.raw`(?:\s|\/\*[^*]{0,40}\*\/|\+){1,8}`;
const literal = String.raw`(?:\(?\d{1,9}|\(?["'][^"'\n]{0,32}["'])`;

export const sqlInjection: ContentRule = {
  category: 'sql_injection',
  description: 'a value that leaves its quotes: tautologies, UNION SELECT, stacked statements, cut-off comments',
  patterns: [
    // ' OR 'a'='a   " or 1=1   ') OR ('x'='x
    new RulePattern(new RegExp(String.raw`["']\)?(?:\s|\/\*[^*]{0,40}\*\/|\+){0,8}(?:or|and|xor|\|\||&&)(?:\s|\/\*[^*]{0,40}\*\/|\+){0,8}(?:not\s{1,4})?${literal}\s{0,4}(?:=(?!=|>)|<>|!=(?!=)|<|>|\blike\b)\s{0,4}\(?["'\d]`, 'i')),
    new RulePattern(new RegExp(String.raw`["']\)?${gap}(?:or|and)${gap}(?:true\b|sleep\s?\(|benchmark\s?\(|exists\s?\(\s?select|\(\s?select)`, 'i')),
    new RulePattern(/\bor\s{1,8}(\d{1,9})\s{0,4}=\s{0,4}\1(?!\d|=)/i),
    new RulePattern(new RegExp(String.raw`\b(?:union|intersect|except)${gap}(?:(?:all|distinct)${gap})?select${gap}[\w*@'"(\\]`, 'i'), (match) => !/^\w+ selects?\b/.test(match)),
    // a statement behind a statement
    new RulePattern(/;\s{0,8}(?:(?:drop|truncate|alter|create)\s{1,8}(?:table|database|schema|user|view|index|login|role|procedure)\b|truncate\s{1,8}\w|delete\s{1,8}from\b|insert\s{1,8}into\b|update\s{1,8}[\w."`]{1,64}\s{1,8}set\b|exec(?:ute)?\s{1,8}(?:xp_|sp_|master)|shutdown\s{0,4}(?:;|--|$|with))/i),
    // the rest of the statement cut off
    new RulePattern(/["']\)?\s{0,4};?\s{0,2}--[\s+]{0,3}(?:$|\n|-)/),
    new RulePattern(/[A-Za-z0-9]["']\)?\s{0,2}(?:#\s{0,2}$|\/\*\s{0,2}(?:$|\*\/))/),
    new RulePattern(/;[ \t]{0,2}--[ \t]{0,2}(?:$|\n)/),
    new RulePattern(/\bxp_cmdshell\b|\bwaitfor\s{1,8}delay\s{1,8}["']|\binto\s{1,8}(?:out|dump)file\s{1,8}["']|\bload_file\s{0,4}\(|\binformation_schema\s{0,2}\.\s{0,2}\w|\bpg_sleep\s{0,2}\(/i),
  ],
};
