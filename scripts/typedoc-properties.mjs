// @ts-check
// TypeDoc can ask for documentation of every property or of none. This asks for those of interfaces and classes, and
// leaves alone the members of a union's object types (their union is documented) and protocol's wire shapes (SPEC.md).
import { Application, ReflectionKind } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.on(Application.EVENT_VALIDATE_PROJECT, (project) => {
    for (const reflection of project.getReflectionsByKind(ReflectionKind.Property)) {
      if (!reflection.parent?.kindOf(ReflectionKind.ClassOrInterface)) continue;
      const source = project.getSymbolIdFromReflection(reflection);
      if (!source || source.packageName === '@conclave/protocol') continue;
      if (!source.packageName.startsWith('@conclave/') || reflection.hasComment()) continue;
      app.logger.validationWarning(
        /** @type {import('typedoc').TranslatedString} */ (
          `${reflection.getFullName()} (Property) does not have any documentation`
        ),
      );
    }
  });
}
