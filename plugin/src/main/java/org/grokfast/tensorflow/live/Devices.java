package org.grokfast.tensorflow.live;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grokfast.rewrite.GraphRewriteException;
import org.tensorflow.DeviceSpec;

/** Reads the device strings of nodes: {@code /job:worker/task:1/device:GPU:0}, any part missing. */
final class Devices {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:/job:(?<job>[^/]+))?(?:/replica:(?<replica>\\d+))?(?:/task:(?<task>\\d+))?"
              + "(?:/(?:device:)?(?<type>CPU|GPU|TPU|cpu|gpu|tpu)(?::(?<index>\\d+|\\*))?)?");

  private Devices() {}

  static DeviceSpec parse(String device) {
    Matcher form = FORM.matcher(device);
    if (!form.matches()) {
      throw new GraphRewriteException(
          "device '" + device + "' is not of the form /job:…/replica:…/task:…/device:TYPE:INDEX");
    }
    DeviceSpec.Builder spec = DeviceSpec.newBuilder();
    if (form.group("job") != null) {
      spec.job(form.group("job"));
    }
    if (form.group("replica") != null) {
      spec.replica(Integer.valueOf(form.group("replica")));
    }
    if (form.group("task") != null) {
      spec.task(Integer.valueOf(form.group("task")));
    }
    if (form.group("type") != null) {
      spec.deviceType(DeviceSpec.DeviceType.valueOf(form.group("type").toUpperCase(Locale.ROOT)));
    }
    String index = form.group("index");
    if (index != null && !index.equals("*")) {
      spec.deviceIndex(Integer.valueOf(index));
    }
    return spec.build();
  }
}
