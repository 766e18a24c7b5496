"""The same arguments, in the same order, with the same defaults as in Keras: code written for one runs on the other."""

import inspect

import keras
import pytest

import kerasteach as kt

PUBLIC = {
    "layers": "Activation Add Average Concatenate Dense Dot Dropout Flatten Identity InputLayer Input InputSpec Lambda "
    "LeakyReLU Maximum Minimum Multiply Normalization ReLU Rescaling Reshape Softmax Subtract add average concatenate "
    "dot maximum minimum multiply subtract serialize deserialize",
    "optimizers": "SGD RMSprop Adam AdamW Adagrad get serialize deserialize",
    "losses": "BinaryCrossentropy CategoricalCrossentropy CosineSimilarity Hinge Huber KLDivergence LogCosh Loss "
    "MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson "
    "SparseCategoricalCrossentropy SquaredHinge binary_crossentropy categorical_crossentropy cosine_similarity hinge "
    "huber kl_divergence log_cosh mean_absolute_error mean_absolute_percentage_error mean_squared_error "
    "mean_squared_logarithmic_error poisson sparse_categorical_crossentropy squared_hinge get serialize deserialize",
    "metrics": "Accuracy BinaryAccuracy BinaryCrossentropy CategoricalAccuracy CategoricalCrossentropy CosineSimilarity "
    "Hinge KLDivergence LogCoshError Mean MeanAbsoluteError MeanAbsolutePercentageError MeanMetricWrapper "
    "MeanSquaredError MeanSquaredLogarithmicError Metric Poisson RootMeanSquaredError SparseCategoricalAccuracy "
    "SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy SquaredHinge Sum TopKCategoricalAccuracy "
    "binary_accuracy categorical_accuracy sparse_categorical_accuracy sparse_top_k_categorical_accuracy "
    "top_k_categorical_accuracy get serialize deserialize",
    "callbacks": "Callback CSVLogger CallbackList EarlyStopping History LambdaCallback LearningRateScheduler "
    "ModelCheckpoint ReduceLROnPlateau TerminateOnNaN",
    "initializers": "Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity Initializer LecunNormal "
    "LecunUniform Ones Orthogonal RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros get",
    "regularizers": "L1 L2 L1L2 Regularizer get",
    "constraints": "Constraint MaxNorm MinMaxNorm NonNeg UnitNorm get",
    "activations": "celu elu exponential gelu hard_sigmoid hard_silu hard_tanh leaky_relu linear log_sigmoid "
    "log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign tanh get",
    "models": "Sequential load_model save_model model_from_json",
    "utils": "clear_session normalize set_random_seed to_categorical plot_model model_to_dot",
}
METHODS = {
    "Model": "compile fit evaluate predict train_on_batch test_on_batch predict_on_batch compute_loss compute_metrics "
    "get_metrics_result train_step test_step predict_step make_train_function make_test_function make_predict_function "
    "reset_metrics get_compile_config compile_from_config save save_weights load_weights get_config from_config to_json "
    "get_layer summary",
    "Sequential": "add pop build call compute_output_shape get_config from_config",
    "Layer": "add_loss build build_from_config call compute_mask compute_output_shape compute_output_spec count_params "
    "get_build_config get_config get_weights set_weights save_own_variables load_own_variables from_config",
    "Optimizer": "apply apply_gradients build add_variable add_variable_from_reference add_optimizer_variables assign "
    "assign_add assign_sub exclude_from_weight_decay finalize_variable_values get_config from_config load_own_variables "
    "save_own_variables scale_loss set_weights update_step",
    "Loss": "call get_config from_config __call__",
    "Metric": "add_variable get_config from_config reset_state result update_state",
    "Initializer": "__call__ get_config from_config clone",
    "Variable": "assign assign_add assign_sub numpy",
}
PROPERTIES = {
    "Layer": "compute_dtype dtype dtype_policy input_dtype losses metrics non_trainable_variables non_trainable_weights "
    "path trainable trainable_variables trainable_weights variable_dtype variables weights input output",
    "Model": "layers metrics metrics_names",
    "Sequential": "input_shape inputs layers output_shape outputs",
    "Optimizer": "iterations learning_rate variables",
    "Metric": "dtype variables",
    "Loss": "dtype",
}


def arguments(function):
    """[(name, default)] without self and the `*args` and `**kwargs` that fold what is rarely said."""
    folded = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    return [(p.name, told(p.default)) for p in parameters if p.kind not in folded and p.name != "self"]


def told(default):
    return "required" if default is inspect.Parameter.empty else repr(default)


def names(table):
    return [f"{module}.{name}" for module, listed in table.items() for name in listed.split()]


def pair(dotted):
    found = []
    for package in (kt, keras):
        thing = package
        for part in dotted.split("."):
            thing = getattr(thing, part)
        found.append(thing)
    return found


@pytest.mark.parametrize("name", names(PUBLIC) + names(METHODS))
def test_arguments_are_those_of_keras(name):
    ours, theirs = map(arguments, pair(name))
    assert ours == theirs


@pytest.mark.parametrize("name", names(PROPERTIES))
def test_properties_are_those_of_keras(name):
    ours, theirs = pair(name)
    assert isinstance(ours, property) and isinstance(theirs, property)


def test_optimizers_take_settings_by_position():
    """`SGD(rate, momentum, nesterov, weight_decay, clipnorm)` means the same in both."""
    for package in (kt, keras):
        optimizer = package.optimizers.SGD(0.1, 0.9, True, 0.004, 1.0)
        assert (optimizer.weight_decay, optimizer.clipnorm, optimizer.clipvalue) == (0.004, 1.0, None)


@pytest.mark.parametrize("name", "SGD RMSprop Adam AdamW Adagrad".split())
def test_optimizers_have_keras_names_and_config(name):
    ours, theirs = (getattr(package.optimizers, name)() for package in (kt, keras))
    assert ours.name == theirs.name
    assert ours.get_config() == theirs.get_config()


@pytest.mark.parametrize("module", ["losses", "metrics", "regularizers", "constraints", "initializers"])
def test_configs_are_those_of_keras(module):
    for name in PUBLIC[module].split():
        cls = getattr(getattr(kt, module), name)
        if name == "Regularizer" or not inspect.isclass(cls) or any(default == "required" for _, default in arguments(cls)):
            continue
        ours, theirs = cls().get_config(), getattr(getattr(keras, module), name)().get_config()
        assert ours.keys() >= theirs.keys(), name
        for key in theirs.keys() - {"name"}:
            assert ours[key] == pytest.approx(theirs[key]), (name, key)
