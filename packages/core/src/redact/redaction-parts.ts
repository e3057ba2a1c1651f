import type { Detector as TextDetector, EntityRecognizer as NameRecognizer, RedactorPlugin as TextPlugin } from '@enforcecore/redact';
import type { PatternRegistry as Patterns } from '@enforcecore/redact/patterns';
import { token } from '../container/token.js';

/** Bind to have names found; several add up. */
export type EntityRecognizer = NameRecognizer;
export const EntityRecognizer = token<EntityRecognizer>('EntityRecognizer');

/** Bind to find a category of your own under every policy that redacts. */
export type Detector = TextDetector;
export const Detector = token<Detector>('Detector');

/** Bind to rewrite what the redactor has left. */
export type RedactorPlugin = TextPlugin;
export const RedactorPlugin = token<RedactorPlugin>('RedactorPlugin');

/** Patterns for every policy of one container that redacts. */
export type PatternRegistry = Patterns;
export const PatternRegistry = token<PatternRegistry>('PatternRegistry');
