package dev.skep.tests.stack;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * What all tests of a run share: made at its first use, by the static method {@code start} of its
 * class, and closed after the last test.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Shared.Extension.class)
public @interface Shared {

  final class Extension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
        ExtensionContext.Namespace.create(Shared.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.isAnnotated(Shared.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(NAMESPACE)
          .computeIfAbsent(parameter.getParameter().getType(), Extension::start);
    }

    private static Object start(Class<?> type) {
      return ReflectionSupport.findMethod(type, "start")
          .map(start -> ReflectionSupport.invokeMethod(start, null))
          .orElseThrow(() -> new IllegalArgumentException(type + " has no method start()"));
    }
  }
}
