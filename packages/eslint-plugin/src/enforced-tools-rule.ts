import type { Rule } from 'eslint';
import { findUnenforcedTools } from './find/index.js';

export interface EnforcedToolsOptions {
  /** The least certainty that is reported: `possible` (the default) reports tools that leave the file, too. */
  readonly certainty?: 'certain' | 'possible';
}

/** Reports tools that a framework would call past the enforcer. */
export const enforcedTools: Rule.RuleModule = {
  meta: {
    type: 'problem',
    docs: { description: 'require tools of agent frameworks to be enforced', url: 'docs/guides/lint-tools.md' },
    schema: [{ type: 'object', properties: { certainty: { enum: ['certain', 'possible'] } }, additionalProperties: false }],
    messages: { unenforced: '{{message}}; {{advice}}' },
  },
  create: (context) => ({
    Program(program) {
      const { certainty = 'possible' } = (context.options[0] ?? {}) as EnforcedToolsOptions; // by the schema
      for (const { node, message, advice, certainty: how } of findUnenforcedTools(program)) {
        if (certainty === 'certain' && how !== 'certain') continue;
        context.report({ node: node as unknown as Rule.Node, messageId: 'unenforced', data: { message, advice } }); // one of the program's own nodes
      }
    },
  }),
};
