export { CompromiseRecognizer, compromiseCategories, type CompromiseRecognizerOptions } from './compromise-recognizer.js';
export type { EntityRecognizer, RecognizedEntity, RecognizeOptions } from './entity-recognizer.js';
