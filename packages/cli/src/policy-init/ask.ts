import type { Readable, Writable } from 'node:stream';
import type { InitAnswers } from './plan.js';
import { toolNameFault } from './plan.js';
import { isProfileName, profileOf, profiles, type ProfileName } from './sample-tools.js';

/** What the command line said already; the rest is asked. */
export type GivenAnswers = { readonly [K in keyof InitAnswers]?: InitAnswers[K] };

/** Streams of a terminal; those of the process by default. */
export interface Terminal {
  readonly input?: Readable;
  readonly output?: Writable;
}

/** Asks what the command line left open; `undefined` when the person gives up. */
export async function askAnswers(given: GivenAnswers, defaultName: string, terminal: Terminal = {}): Promise<InitAnswers | undefined> {
  const { confirm, isCancel, select, text } = await import('@clack/prompts');
  const name = given.name ?? (await text({ ...terminal, message: 'What is the policy called?', placeholder: defaultName, defaultValue: defaultName }));
  if (isCancel(name)) return undefined;
  const options = Object.entries(profiles).map(([value, { title }]) => ({ value, label: value, hint: title }));
  const chosen = given.profile ?? (await select({ ...terminal, message: 'What does the agent do?', options, initialValue: 'general' }));
  if (isCancel(chosen)) return undefined;
  const profile: ProfileName = isProfileName(chosen) ? chosen : 'general';
  const usual = profileOf(profile).tools.join(', ');
  const tools =
    given.tools ??
    (await text({ ...terminal, message: 'Which tools may it call? Names with commas between them', placeholder: usual, defaultValue: usual, validate: faultOf }));
  if (isCancel(tools)) return undefined;
  const pii = given.pii ?? (await confirm({ ...terminal, message: 'Hide personal data and secrets from the tools?', initialValue: profileOf(profile).pii }));
  if (isCancel(pii)) return undefined;
  return { name, profile, tools: typeof tools === 'string' ? namesIn(tools) : tools, pii };
}

function faultOf(answer: string | undefined): string | undefined {
  // An empty answer takes the names that are shown.
  return namesIn(answer ?? '').map(toolNameFault).find((fault) => fault !== undefined);
}

function namesIn(answer: string): readonly string[] {
  return answer.split(',').map((name) => name.trim()).filter((name) => name !== '');
}
