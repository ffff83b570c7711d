package dev.skep.node.source;

import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the API server checks of a value by the CRD, whose bounds stand at the API's own types. */
final class Bounds {
  private Bounds() {}

  /** The first thing that is missing or out of bounds, by its path. */
  static Optional<String> broken(String path, Object value) {
    return switch (value) {
      case Record part ->
          Arrays.stream(part.getClass().getRecordComponents())
              .map(c -> broken(path.isEmpty() ? c.getName() : path + "." + c.getName(), c, part))
              .flatMap(Optional::stream)
              .findFirst();
      case List<?> items ->
          Stream.iterate(0, i -> i < items.size(), i -> i + 1)
              .map(i -> broken(path + "[" + i + "]", items.get(i)))
              .flatMap(Optional::stream)
              .findFirst();
      case null, default -> Optional.empty();
    };
  }

  private static Optional<String> broken(String path, RecordComponent component, Record part) {
    try {
      Method field = component.getAccessor();
      Object value = field.invoke(part);
      if (value == null) {
        return field.isAnnotationPresent(Required.class)
            ? Optional.of(path + " is missing")
            : Optional.empty();
      }
      return outside(field, value).map(what -> path + what).or(() -> broken(path, value));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the API types are public records", e);
    }
  }

  private static Optional<String> outside(Method field, Object value) {
    return switch (value) {
      case Number number -> outside(field, number.doubleValue());
      case String text when field.isAnnotationPresent(Pattern.class) -> {
        String pattern = field.getAnnotation(Pattern.class).value();
        yield java.util.regex.Pattern.compile(pattern).matcher(text).find()
            ? Optional.empty()
            : Optional.of(": \"%s\" is not of the form %s".formatted(text, pattern));
      }
      // An empty list is one that was not written.
      case List<?> items when field.isAnnotationPresent(Size.class) && !items.isEmpty() -> {
        Size size = field.getAnnotation(Size.class);
        yield items.size() >= size.min() && items.size() <= size.max()
            ? Optional.empty()
            : Optional.of(
                " has %d entries; %d to %d are possible"
                    .formatted(items.size(), size.min(), size.max()));
      }
      default -> Optional.empty();
    };
  }

  private static Optional<String> outside(Method field, double number) {
    Min min = field.getAnnotation(Min.class);
    Max max = field.getAnnotation(Max.class);
    if (min != null && number < min.value()) {
      return Optional.of(": %s is less than %s".formatted(plain(number), plain(min.value())));
    }
    if (max != null && number > max.value()) {
      return Optional.of(": %s is more than %s".formatted(plain(number), plain(max.value())));
    }
    return Optional.empty();
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
