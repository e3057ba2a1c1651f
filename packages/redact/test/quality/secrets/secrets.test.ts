import { describe, expect, it } from '@jest/globals';
import { Redactor } from '@enforcecore/redact';
import { secretSets, shareRight, tallyHarmless, tallySamples } from './measure.js';
import type { Sample } from './sample.js';
import { vendors } from './vendor-samples.js';

const redactor = new Redactor({ categories: [] });
const redact = (text: string): string => redactor.redact(text).text;

// Whoever writes rules looks at the seed "one"; this one is drawn anew from the same forms.
const sets = secretSets('checked');

const hidden = async (samples: readonly Sample[]): Promise<number> => shareRight(await tallySamples(redact, samples));

describe('secrets of the eleven named categories', () => {
  it.each([
    ['aws_access_key', 0.98], ['aws_secret_key', 0.95], ['github_token', 0.98], ['generic_api_key', 0.96], ['bearer_token', 0.9], ['private_key', 0.98],
    ['ssh_private_key', 0.98], ['password_in_url', 0.98], ['database_connection_string', 0.93], ['gcp_service_account', 0.97], ['azure_connection_string', 0.98],
  ] as const)('are hidden: %s', async (category, least) => {
    const samples = sets.named.filter(({ group }) => group === category);

    expect(samples.length).toBeGreaterThanOrEqual(40);
    expect(await hidden(samples)).toBeGreaterThanOrEqual(least);
  });

  it.each([...new Set(sets.nearMisses.map(({ group }) => group))])('are not seen in what only looks like %s', async (category) => {
    const texts = sets.nearMisses.filter(({ group }) => group === category);

    expect(1 - shareRight(await tallyHarmless(redact, texts))).toBeLessThanOrEqual(0.1);
  });

  it('are seen in at most 4 % of all near misses', async () => {
    expect(1 - shareRight(await tallyHarmless(redact, sets.nearMisses))).toBeLessThanOrEqual(0.04);
  });
});

describe('secrets of other issuers', () => {
  it('come from more than 300 of them', () => {
    expect(new Set(vendors.map(({ name }) => name)).size).toBeGreaterThan(300);
  });

  it.each([['prefix', 0.97], ['keyword', 0.96], ['near', 0.85]] as const)('are hidden when known by %s', async (kind, least) => {
    expect(await hidden(sets.vendor.filter(({ group }) => group === kind))).toBeGreaterThanOrEqual(least);
  });

  it.each([...new Set(sets.generic.map(({ group }) => group))])('are hidden when nobody in particular issued them: %s', async (kind) => {
    expect(await hidden(sets.generic.filter(({ group }) => group === kind))).toBeGreaterThanOrEqual(0.78);
  });

  it('are hidden in whole files of settings, logs and messages', async () => {
    expect(await hidden(sets.documents)).toBeGreaterThanOrEqual(0.85);
  });
});

describe('texts without secrets', () => {
  it('stay as they are when they are prose about secrets', async () => {
    expect(1 - shareRight(await tallyHarmless(redact, sets.prose))).toBeLessThanOrEqual(0.002);
  });

  it('stay as they are when they are sources, manifests and lock files', async () => {
    expect(1 - shareRight(await tallyHarmless(redact, sets.code))).toBeLessThanOrEqual(0.01);
  });
});

describe('a hidden secret', () => {
  // A URL, an account file and a connection string are hidden with what belongs to them.
  const whole = sets.named.concat(sets.vendor, sets.generic).filter(({ group, label }) => !/url|string|gcp|azure/.test(group) && !/_url|webhook/.test(label));

  it('takes nothing beside it along and leaves nothing of itself', () => {
    let exact = 0;
    let touched = 0;
    for (const { text, start, value } of whole) {
      const end = start + value.length;
      const findings = redactor.detect(text).filter((finding) => finding.start < end && finding.end > start);
      if (findings.length === 0) continue;
      touched += 1;
      if (findings.length === 1 && findings[0]?.start === start && findings[0].end === end) exact += 1;
    }

    expect(exact / touched).toBeGreaterThanOrEqual(0.99);
  });
});
