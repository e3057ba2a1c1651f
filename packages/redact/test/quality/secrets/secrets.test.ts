import { describe, expect, it } from '@jest/globals';
import { Redactor } from '@enforcecore/redact';
import { secretSets, shareRight, tallyHarmless, tallySamples } from './measure.js';
import { vendors } from './vendor-samples.js';

const redactor = new Redactor({ categories: [] });
const redact = (text: string): string => redactor.redact(text).text;

// The set that others tune against is "one"; this one is drawn anew.
const sets = secretSets('checked');

describe('secrets of the eleven named categories', () => {
  it.each([
    ['aws_access_key', 0.97], ['aws_secret_key', 0.82], ['github_token', 0.97], ['generic_api_key', 0.82], ['bearer_token', 0.93], ['private_key', 0.9],
    ['ssh_private_key', 0.9], ['password_in_url', 0.97], ['database_connection_string', 0.92], ['gcp_service_account', 0.92], ['azure_connection_string', 0.97],
  ] as const)('are hidden: %s', async (category, least) => {
    const samples = sets.named.filter(({ group }) => group === category);

    const share = shareRight(await tallySamples(redact, samples));

    expect(samples.length).toBeGreaterThanOrEqual(40);
    expect(share).toBeGreaterThanOrEqual(least);
  });

  it.each([...new Set(sets.nearMisses.map(({ group }) => group))])('are not seen in what only looks like %s', async (category) => {
    const texts = sets.nearMisses.filter(({ group }) => group === category);

    const flagged = 1 - shareRight(await tallyHarmless(redact, texts));

    expect(flagged).toBeLessThanOrEqual(0.2);
  });

  it('are seen in at most 6 % of all near misses', async () => {
    expect(1 - shareRight(await tallyHarmless(redact, sets.nearMisses))).toBeLessThanOrEqual(0.06);
  });
});

describe('secrets of other issuers', () => {
  it('come from more than 120 of them', () => {
    expect(new Set(vendors.map(({ name }) => name)).size).toBeGreaterThan(120);
  });

  it.each([['prefix', 0.88], ['keyword', 0.83]] as const)('are hidden when known by %s', async (kind, least) => {
    const samples = sets.vendor.filter(({ group }) => group === kind);

    expect(shareRight(await tallySamples(redact, samples))).toBeGreaterThanOrEqual(least);
  });

  it.each([...new Set(sets.generic.map(({ group }) => group))])('are hidden when nobody in particular issued them: %s', async (kind) => {
    const samples = sets.generic.filter(({ group }) => group === kind);

    expect(shareRight(await tallySamples(redact, samples))).toBeGreaterThanOrEqual(0.7);
  });
});

describe('texts without secrets', () => {
  it('stay as they are when they are prose about secrets', async () => {
    expect(1 - shareRight(await tallyHarmless(redact, sets.prose))).toBeLessThanOrEqual(0.002);
  });

  it('stay as they are when they are sources, manifests and lock files', async () => {
    expect(1 - shareRight(await tallyHarmless(redact, sets.code))).toBeLessThanOrEqual(0.05);
  });
});

describe('a hidden secret', () => {
  // A URL, an account file and a connection string are hidden with what belongs to them.
  const whole = sets.named.concat(sets.vendor, sets.generic).filter(({ group }) => !/url|string|gcp|azure/.test(group));

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

    expect(exact / touched).toBeGreaterThanOrEqual(0.985);
  });
});
