public import DMTensors

extension Sequence where Element == (name: String, array: StoredArray) {
    /// The arrays under a prefix as numbers in single precision, under the rest of their names.
    ///
    /// Equal arrays, the same elements of one file, are converted once.
    func parameterValues(prefix: String) -> ParameterValues {
        var converted: [StoredArray: Tensor<Float>] = [:]
        var values = ParameterValues()
        for (name, array) in self where name.hasPrefix(prefix) {
            let value = converted[array] ?? Tensor(converting: array)
            converted[array] = value
            values.append(String(name.dropFirst(prefix.count)), value)
        }
        return values
    }
}

extension ParameterValues {
    /// The tensors as arrays of a file, in order.
    public var arrays: [(name: String, array: StoredArray)] { map { (name: $0.name, array: StoredArray($0.value)) } }
}
