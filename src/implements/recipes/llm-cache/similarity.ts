import type { LlmRequest } from '../../../interfaces/llm-cache.js';

/** Finds answers to questions that mean the same, by the angle between their vectors. */
export interface LlmSimilarity {
  /** Makes a vector of a request, such as by an embedding model. When it fails, the request is looked up exactly. */
  embed(request: LlmRequest): Promise<readonly number[]>;
  /** Least cosine of two questions that share an answer, above 0 and at most 1. */
  readonly threshold: number;
  /** Maximum number of questions that are remembered, in this process. Default: 1000. */
  readonly maxEntries?: number | undefined;
}

interface Question {
  readonly kin: string;
  readonly vector: readonly number[];
}

const MAX_ENTRIES = 1000;

/** Vectors of questions that were answered, by the key of the answer; the oldest is forgotten first. */
export class SimilarQuestions {
  readonly #similarity: LlmSimilarity;
  readonly #questions = new Map<string, Question>();

  constructor(similarity: LlmSimilarity) {
    this.#similarity = similarity;
  }

  async vectorOf(request: LlmRequest): Promise<readonly number[] | undefined> {
    try {
      return unit(await this.#similarity.embed(request));
    } catch {
      return undefined;
    }
  }

  /** Key of the most similar question among those that differ in the question only. */
  find(kin: string, vector: readonly number[]): string | undefined {
    let best = this.#similarity.threshold;
    let found: string | undefined;
    for (const [key, question] of this.#questions) {
      if (question.kin !== kin || question.vector.length !== vector.length) continue;
      const cosine = vector.reduce((sum, part, index) => sum + part * (question.vector[index] as number), 0);
      if (cosine < best) continue;
      best = cosine;
      found = key;
    }
    return found;
  }

  add(key: string, question: Question): void {
    this.#questions.delete(key);
    this.#questions.set(key, question);
    const [oldest] = this.#questions.keys();
    if (this.#questions.size > (this.#similarity.maxEntries ?? MAX_ENTRIES) && oldest !== undefined) {
      this.#questions.delete(oldest);
    }
  }

  forget(key: string): void {
    this.#questions.delete(key);
  }
}

function unit(vector: readonly number[]): readonly number[] | undefined {
  const length = Math.hypot(...vector);
  return length > 0 && Number.isFinite(length) ? vector.map((part) => part / length) : undefined;
}
