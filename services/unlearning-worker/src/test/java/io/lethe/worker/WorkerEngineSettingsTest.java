package io.lethe.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import io.smallrye.config.WithDefault;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerEngineSettingsTest {
  /** The settings of an operator who sets the given ones and leaves all others out. */
  private static EngineSettings settings(Map<String, String> set) {
    InvocationHandler values =
        (proxy, method, arguments) -> {
          String value =
              set.getOrDefault(method.getName(), method.getAnnotation(WithDefault.class).value());
          return method.getReturnType() == int.class ? (Object) Integer.valueOf(value) : value;
        };
    return Worker.engineSettings(
        (WorkerSettings)
            Proxy.newProxyInstance(
                WorkerSettings.class.getClassLoader(),
                new Class<?>[] {WorkerSettings.class},
                values));
  }

  @Test
  void shouldComputeOnTheProcessorWhenNothingIsSet() {
    assertThat(settings(Map.of()).device()).isEqualTo(EngineSettings.CPU);
  }

  @Test
  void shouldComputeWhereTheDeviceIsSet() {
    EngineSettings settings = settings(Map.of("device", "cuda:1", "precision", "bf16"));
    assertThat(settings.device()).isEqualTo("cuda:1");
    assertThat(settings.precision()).isEqualTo(EngineSettings.BF16);
    assertThat(settings.threads()).isEqualTo(2);
  }

  @Test
  void shouldRefuseAnotherNameByItsKey() {
    assertThatThrownBy(() -> settings(Map.of("device", "gpu")))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("lethe.device must be cpu, cuda, cuda:N")
        .hasMessageContaining("has 3 characters")
        .hasMessageContaining("leave it out");
  }
}
