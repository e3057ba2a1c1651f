export type { EntityRecognizer, RecognizedEntity, RecognizeOptions } from './entity-recognizer.js';
export { presidioEntities } from './presidio-entities.js';
export { PresidioRecognizer, type PresidioRecognizerOptions } from './presidio-recognizer.js';
