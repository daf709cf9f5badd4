import ts from 'typescript';
import { regionsOf } from './regions.js';
import { importsOf, type SourceTree, syntaxOf } from './source-tree.js';

/** An `@example` block of a doc comment. */
interface DocExample {
  /** Path and name of what the comment is about, such as `src/interfaces/cache.ts ICache`. */
  readonly of: string;
  readonly code: string;
}

/** Every `@example` of some sources that is not a region of an example program, as `path name`. */
export function strayExamples(sources: SourceTree, programs: SourceTree): string[] {
  const regions = new Set([...programs.values()].flatMap((text) => [...regionsOf(text).values()]));
  return docExamples(sources)
    .filter(({ code }) => !regions.has(code))
    .map(({ of }) => of);
}

/** Public classes and injectable ports without an `@example`, as `path name`. */
export function withoutExample(sources: SourceTree): string[] {
  const doors = [...sources].filter(([path]) => /^src\/[\w-]+\.ts$/.test(path));
  const exported = doors.flatMap(([path, text]) => importsOf(syntaxOf(path, text)));
  const names = new Set(exported.filter(({ typeOnly }) => !typeOnly).flatMap((one) => one.names));
  const shown = new Set(docExamples(sources).map(({ of }) => of));
  return declarations(sources)
    .filter(
      ({ node, name }) => names.has(name) && (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)),
    )
    .map(({ path, name }) => `${path} ${name}`)
    .filter((one) => !shown.has(one));
}

function docExamples(sources: SourceTree): DocExample[] {
  return declarations(sources).flatMap(({ path, name, node }) =>
    commentsOf(node).flatMap((comment) =>
      [...comment.matchAll(/^@example$\s*^```ts\n(.*?)^```$/gms)].map(([, code = '']) => ({
        of: `${path} ${name}`,
        code: code.trim(),
      })),
    ),
  );
}

/** Exported declarations, and the members of classes and interfaces. */
function declarations(sources: SourceTree): { path: string; name: string; node: ts.Node }[] {
  return [...sources].flatMap(([path, text]) =>
    syntaxOf(path, text)
      .statements.filter((node) => commentsOf(node).length > 0 || 'name' in node)
      .flatMap((node) => {
        const own = { path, name: nameOf(node), node };
        if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) return [own];
        const members = [...node.members].map((member) => ({
          path,
          name: `${own.name}.${nameOf(member)}`,
          node: member as ts.Node,
        }));
        return [own, ...members];
      }),
  );
}

function nameOf(node: ts.Node): string {
  const { name } = node as { readonly name?: ts.Node };
  return name === undefined ? '' : name.getText();
}

/** Doc comments of a node, without the stars. */
function commentsOf(node: ts.Node): string[] {
  return ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map((comment) =>
      comment
        .getText()
        .replace(/^\/\*\*\s*/, '')
        .replace(/\s*\*\/$/, '\n')
        .replaceAll(/^\s*\* ?/gm, ''),
    );
}
